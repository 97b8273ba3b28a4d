#include "cache/fill_reader.h"

#include <doctest/doctest.h>

#include "unit/cache/fill_world.h"

namespace weir::cache {

TEST_CASE("a reader that does not keep up is given the rest when it takes it again") {
  FillWorld world;
  Client& client = world.ask("key");
  client.flow = http::Flow::kPause;
  world.say([](auto& asked) { asked.head(200); });
  for (char c = 'a'; c <= 'z'; ++c) world.say([c](auto& asked) { asked.body(std::string(1, c)); });
  CHECK(client.body == "a");
  world.time.in_turn([&] { client.reader.on_writable(); });
  CHECK(client.body == "ab");
  client.flow = http::Flow::kGo;
  world.time.in_turn([&] { client.reader.on_writable(); });
  CHECK(client.body == "abcdefghijklmnopqrstuvwxyz");
  client.flow = http::Flow::kPause;
  world.say([](auto& asked) {
    asked.body("!");
    asked.responder.end(nullptr);
  });
  // The end is no byte that it would have to take.
  CHECK(client.heard == "200 end");
}

TEST_CASE("a reader reads on from a fill that is over and gone") {
  FillWorld world;
  Client& slow = world.ask("key");
  slow.flow = http::Flow::kPause;
  world.say([](auto& asked) { asked.head(200); });
  world.say([](auto& asked) { asked.body("first "); });
  world.say([](auto& asked) { asked.body("second "); });
  world.say([](auto& asked) {
    asked.body("third");
    asked.responder.end(nullptr);
  });
  CHECK(world.worker.count() == 0);
  CHECK(slow.heard == "200 ");
  while (slow.reader.joined()) world.time.in_turn([&] { slow.reader.on_writable(); });
  CHECK(slow.heard == "200 end");
  CHECK(slow.body == "first second third");
}

namespace {

// Leaves as soon as it has heard something, inside of the call.
struct Leaver final : FillEvents {
  Leaver() : reader(*this) {}
  void on_fill_interim(const http::ResponseHead&) override {}
  void on_fill_head(const http::ResponseHead&, const Terms*) override {
    ++heard;
    if (at_head) reader.leave();
  }
  http::Flow on_fill_body(base::Bytes) override {
    ++heard;
    reader.leave();
    return http::Flow::kPause;
  }
  void on_fill_end(const http::Fields*) override { ++heard; }
  void on_fill_failed(const http::Failure&) override { ++heard; }
  void on_fill_entry(const EntryRef&, unsigned) override { ++heard; }
  void on_fill_released(Released) override { ++heard; }

  FillReader reader;
  bool at_head = false;
  int heard = 0;
};

}  // namespace

TEST_CASE("a reader may leave inside of what it is told, and hears nothing more") {
  for (bool at_head : {true, false}) {
    for (bool alone : {true, false}) {
      CAPTURE(at_head);
      CAPTURE(alone);
      FillWorld world;
      base::Arena arena;
      http::Request request;
      request.arena = &arena;
      Leaver leaver;
      leaver.at_head = at_head;
      leaver.reader.start(request);
      world.time.in_turn([&] {
        world.worker.join(leaver.reader, world.route, {request, "key", {}, 0});
      });
      world.say([&](auto& asked) { asked.head(alone ? 404 : 200); });
      if (!at_head) world.say([](auto& asked) { asked.body("body"); });
      CHECK(leaver.heard == (at_head ? 1 : 2));
      CHECK(!leaver.reader.joined());
      if (alone) CHECK(world.origin.last().disposed);
      leaver.reader.release();
    }
  }
}

TEST_CASE("one reader that leaves takes no other one along") {
  FillWorld world;
  std::deque<Client*> all;
  for (int i = 0; i < 5; ++i) all.push_back(&world.ask("key"));
  world.say([](auto& asked) { asked.head(200); });
  world.time.in_turn([&] {
    all[1]->reader.leave();
    all[4]->reader.leave();
    all[4]->reader.leave();
  });
  world.say([](auto& asked) {
    asked.body("body");
    asked.responder.end(nullptr);
  });
  for (std::size_t i = 0; i < all.size(); ++i)
    CHECK(all[i]->heard == (i == 1 || i == 4 ? "200 " : "200 end"));
}

}  // namespace weir::cache
