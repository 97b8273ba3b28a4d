#include "cache/fill_exchange.h"

#include <doctest/doctest.h>

#include "unit/cache/fill_world.h"

namespace weir::cache {
namespace {

struct Pin final : base::Pinned {
  explicit Pin(bool& the_gone) : gone(the_gone) {}
  ~Pin() override { gone = true; }
  bool& gone;
};

}  // namespace

TEST_CASE("what comes in many pieces within a turn is one block") {
  FillWorld world;
  world.ask("key");
  world.say([](auto& asked) {
    asked.head(200);
    for (int i = 0; i < 1000; ++i) asked.body("crumb ");
    asked.responder.end(nullptr);
  });
  EntryRef entry = world.zone.store.find("key", {});
  REQUIRE(entry);
  CHECK(entry->body().size() == 1);
  CHECK(entry->body_size() == 6000);
  CHECK(world.clients.front()->body == body_of(entry));
}

TEST_CASE("what comes in crumbs over many turns is stored as one block, and bounded meanwhile") {
  FillWorld world({}, 64 * 1024);
  world.ask("key");
  world.say([](auto& asked) { asked.head(200); });
  int crumbs = 100;
  bool too_many = false;
  SUBCASE("few of them") {}
  SUBCASE("too many of them") { too_many = true; }
  if (too_many) crumbs = 4000;
  for (int i = 0; i < crumbs; ++i) world.say([](auto& asked) { asked.body("x"); });
  world.say([](auto& asked) { asked.responder.end(nullptr); });
  CHECK(world.clients.front()->heard == "200 end");
  CHECK(world.clients.front()->body == std::string(static_cast<std::size_t>(crumbs), 'x'));
  EntryRef entry = world.zone.store.find("key", {});
  CHECK(static_cast<bool>(entry) != too_many);
  if (entry) CHECK(entry->body().size() == 1);
  CHECK(world.rules.outgrew == (too_many ? 1 : 0));
}

TEST_CASE(
    "a body that outgrows the store goes on as fast as its slowest reader, and no other joins") {
  FillWorld world({}, 20'000);
  world.route.window = 10'000;
  Client& fast = world.ask("key");
  Client& slow = world.ask("key");
  const std::string piece(4'000, 'x');
  world.say([](auto& asked) { asked.head(200); });
  slow.flow = http::Flow::kPause;
  // What may be stored is paused by nobody.
  for (int i = 0; i < 5; ++i) world.say([&](auto& asked) { asked.body(piece); });
  CHECK(!world.origin.last().paused);
  CHECK(fast.body.size() == 20'000);
  CHECK(slow.body.size() == 4'000);
  world.say([&](auto& asked) { asked.body(piece); });
  world.say([&](auto& asked) { asked.body(piece); });
  CHECK(world.origin.last().paused);
  CHECK(world.rules.outgrew == 1);
  world.ask("key");
  CHECK(world.joined == Coalescer::Joined::kAlone);
  SUBCASE("which takes it again") {
    for (int i = 0; i < 20 && world.origin.last().paused; ++i)
      world.time.in_turn([&] { slow.reader.on_writable(); });
    CHECK(slow.body.size() >= 20'000);
  }
  SUBCASE("or leaves") {
    world.time.in_turn([&] { slow.reader.leave(); });
  }
  CHECK(!world.origin.last().paused);
  slow.flow = http::Flow::kGo;
  world.time.in_turn([&] { slow.reader.on_writable(); });
  world.say([](auto& asked) { asked.responder.end(nullptr); });
  CHECK(fast.heard == "200 end");
  CHECK(fast.body.size() == 28'000);
  CHECK(world.rules.stored == 0);
}

TEST_CASE("a body that outgrew the store ends with its last reader") {
  FillWorld world({}, 1'000);
  Client& reader = world.ask("key");
  world.say([](auto& asked) {
    asked.head(200);
    asked.body(std::string(2'000, 'x'));
  });
  CHECK(reader.body.size() == 2'000);
  world.time.in_turn([&] { reader.reader.leave(); });
  CHECK(world.origin.last().disposed);
  CHECK(world.worker.count() == 0);
}

TEST_CASE("where the bodies on their way take all the room, a further one is not stored") {
  FillLimits limits;
  limits.bytes = 10'000;
  FillWorld world(limits);
  Client& first = world.ask("first");
  world.say([](auto& asked) {
    asked.head(200, {}, 9'000);
    asked.body(std::string(8'000, 'x'));
  });
  Client& second = world.ask("second");
  world.say([](auto& asked) { asked.answer(200, std::string(5'000, 'y')); });
  CHECK(second.heard == "200 end");
  CHECK(second.body.size() == 5'000);
  CHECK(!world.zone.store.find("second", {}));
  world.time.in_turn([&] {
    world.origin.all.front().body(std::string(1'000, 'x'));
    world.origin.all.front().responder.end(nullptr);
  });
  CHECK(first.heard == "200 end");
  CHECK(body_of(world.zone.store.find("first", {})) == first.body);
}

TEST_CASE(
    "a 304 that is about nothing stored has the origin asked once more, without a validator") {
  FillWorld world;
  world.rules.again = true;
  EntryRef stale = stored("key", "stale", FieldsOf{{"ETag", "\"1\""}});
  Client& client = world.ask("key", {}, stale);
  world.say([](auto& asked) { asked.answer(304, ""); });
  REQUIRE(world.origin.all.size() == 2);
  CHECK(world.origin.all.front().disposed);
  CHECK(world.origin.last().whole);
  CHECK(world.origin.last().request.head.fields.find(http::Name::kIfNoneMatch) == nullptr);
  world.say([](auto& asked) { asked.answer(200, "fresh"); });
  CHECK(client.heard == "200 end");
  CHECK(client.body == "fresh");
}

TEST_CASE("an interim head goes to who caused the fill") {
  FillWorld world;
  Client& cause = world.ask("key");
  Client& other = world.ask("key");
  world.say([](auto& asked) {
    http::ResponseHead hints;
    hints.status = 103;
    asked.responder.interim(hints);
    asked.answer(200, "body");
  });
  CHECK(cause.heard == "103 200 end");
  CHECK(other.heard == "200 end");
}

TEST_CASE("a fill holds what its handler needs until it is over") {
  bool gone = false;
  {
    FillWorld world;
    {
      auto pin = base::make_ref<Pin>(gone);
      world.route.pin = pin.get();
      world.time.in_turn([&] { world.ask("key").reader.leave(); });
    }
    CHECK(!gone);
    world.say([](auto& asked) { asked.answer(200, "body"); });
    CHECK(gone);
    world.route.pin = nullptr;
  }
}

TEST_CASE("who caused a fill has its tries on record") {
  FillWorld world;
  Client& cause = world.ask("key");
  world.say([&](auto& asked) {
    base::Arena& arena = *asked.request.arena;
    asked.request.record.begin_try("10.0.0.1:80", 1, arena);
    asked.request.record.begin_try("10.0.0.2:80", 2, arena);
    asked.answer(200, "body");
  });
  CHECK(world.origin.last().disposed);
  CHECK(cause.request.record.attempts == 2);
  CHECK(cause.request.record.last_try.endpoint == "10.0.0.2:80");
  REQUIRE(cause.request.record.last_try.before != nullptr);
  CHECK(cause.request.record.last_try.before->endpoint == "10.0.0.1:80");
}

}  // namespace weir::cache
