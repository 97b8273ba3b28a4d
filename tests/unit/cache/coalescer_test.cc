#include "cache/coalescer.h"

#include <doctest/doctest.h>

#include "unit/cache/fill_world.h"

namespace weir::cache {

using Joined = Coalescer::Joined;

TEST_CASE("requests for one key are one request to the origin, and each gets the whole answer") {
  FillWorld world;
  for (int i = 0; i < 50; ++i) world.ask("key");
  CHECK(world.origin.all.size() == 1);
  world.say([](auto& asked) { asked.head(200, {}, 10); });
  world.say([](auto& asked) { asked.body("hello"); });
  Client& late = world.ask("key");
  CHECK(late.body == "hello");
  world.say([](auto& asked) {
    asked.body("world");
    asked.responder.end(nullptr);
  });
  for (const auto& client : world.clients) {
    CHECK(client->heard == "200 end");
    CHECK(client->body == "helloworld");
  }
  CHECK(world.origin.all.size() == 1);
  CHECK(body_of(world.zone.store.find("key", {})) == "helloworld");
}

TEST_CASE("who caused a fill may leave: the others get it whole, and it is stored") {
  FillWorld world;
  Client& cause = world.ask("key");
  Client& other = world.ask("key");
  CHECK(cause.reader.caused());
  CHECK(!other.reader.caused());
  bool before_head = false;
  SUBCASE("before the head") { before_head = true; }
  SUBCASE("behind it") {}
  if (before_head) world.time.in_turn([&] { cause.reader.leave(); });
  world.say([](auto& asked) { asked.head(200, {}, 4); });
  if (!before_head) world.time.in_turn([&] { cause.reader.leave(); });
  world.say([](auto& asked) {
    asked.body("body");
    asked.responder.end(nullptr);
  });
  CHECK(other.heard == "200 end");
  CHECK(other.body == "body");
  CHECK(world.rules.stored == 1);
}

TEST_CASE("a fill that nobody reads any more is brought to its end, for the store") {
  FillWorld world;
  world.time.in_turn([&] { world.ask("key").reader.leave(); });
  world.say([](auto& asked) { asked.answer(200, "body"); });
  CHECK(world.rules.stored == 1);
}

TEST_CASE("an answer that is not shared is for who caused it; the others go by themselves") {
  FillWorld world;
  FieldsOf is_private{{"Cache-Control", "private"}};
  Client& cause = world.ask("key");
  Client& other = world.ask("key");
  world.say([&](auto& asked) { asked.head(200, is_private, 8); });
  CHECK(other.heard == "released: not shared");
  CHECK(cause.heard == "200 alone ");
  cause.flow = http::Flow::kPause;
  world.say([](auto& asked) { asked.body("for "); });
  CHECK(world.origin.last().paused);
  cause.flow = http::Flow::kGo;
  world.time.in_turn([&] { cause.reader.on_writable(); });
  CHECK(!world.origin.last().paused);
  world.say([](auto& asked) {
    asked.body("one!");
    asked.responder.end(nullptr);
  });
  CHECK(cause.heard == "200 alone end");
  CHECK(cause.body == "for one!");
  CHECK(world.rules.stored == 0);

  SUBCASE("and so do those of the next seconds, at once") {
    world.ask("key");
    CHECK(world.joined == Joined::kAlone);
    world.time.advance(Fills::kRemembered + base::Duration(1));
    world.ask("key");
    CHECK(world.joined == Joined::kWaits);
  }
}

TEST_CASE("what is not shared for a request's own reasons keeps no other from waiting") {
  FillWorld world;
  world.rules.by_request = true;
  FieldsOf is_private{{"Cache-Control", "private"}};
  world.ask("key");
  world.say([&](auto& asked) { asked.answer(200, "for one", is_private); });
  world.ask("key");
  CHECK(world.joined == Joined::kWaits);
}

TEST_CASE("an answer that is not shared ends with who caused it") {
  FillWorld world;
  FieldsOf is_private{{"Cache-Control", "private"}};
  Client& cause = world.ask("key");
  world.say([&](auto& asked) { asked.head(200, is_private, 8); });
  world.time.in_turn([&] { cause.reader.leave(); });
  CHECK(world.origin.last().disposed);
  CHECK(world.worker.count() == 0);
}

TEST_CASE("where its origin fails a fill tells who caused it, and lets the others go") {
  FillWorld world;
  Client& cause = world.ask("key");
  Client& other = world.ask("key");
  world.say([](auto& asked) {
    asked.responder.fail({504, http::Reason::kUpstreamTimeout, 0, {}});
  });
  CHECK(cause.heard == "failed 504");
  CHECK(other.heard == "released: failed");
  // A failure is no reason not to wait for each other.
  world.ask("key");
  CHECK(world.joined == Joined::kWaits);
  CHECK(world.origin.all.size() == 2);
}

TEST_CASE("a fill that is cut short is cut for all who read it, and never stored") {
  FillWorld world;
  Client& cause = world.ask("key");
  Client& other = world.ask("key");
  bool fails = false;
  SUBCASE("by a failure") { fails = true; }
  SUBCASE("by an end before the length that was promised") {}
  world.say([](auto& asked) { asked.head(200, {}, 10); });
  world.say([&](auto& asked) {
    asked.body("half");
    if (fails) return asked.responder.fail({502, http::Reason::kUpstreamCut, 0, {}});
    asked.responder.end(nullptr);
  });
  for (Client* client : {&cause, &other}) {
    CHECK(client->heard == "200 failed 502");
    CHECK(client->body == "half");
  }
  CHECK(world.rules.stored == 0);
  CHECK(world.rules.cut == 1);
  world.ask("key");
  CHECK(world.origin.all.size() == 2);
}

TEST_CASE("a request waits for a head no longer than it may") {
  FillWorld world;
  Client& cause = world.ask("key");
  Client& other = world.ask("key");
  world.time.advance(base::Duration(5'100));
  CHECK(other.heard == "released: late");
  CHECK(cause.heard.empty());
  world.say([](auto& asked) { asked.answer(200, "body"); });
  CHECK(cause.heard == "200 end");
}

TEST_CASE(
    "requests that select different representations have fills of their own, beside each other") {
  FillWorld world;
  FieldsOf vary{{"Vary", "Accept-Language"}};
  FieldsOf de{{"Accept-Language", "de"}};
  FieldsOf en{{"Accept-Language", "en"}};
  FieldsOf fr{{"Accept-Language", "fr"}};
  Client& cause = world.ask("key", de);
  Client& same = world.ask("key", de);
  Client& second = world.ask("key", en);
  Client& second_too = world.ask("key", en);
  Client& third = world.ask("key", fr);
  world.say([&](auto& asked) { asked.answer(200, "auf deutsch", vary); });
  CHECK(cause.body == "auf deutsch");
  CHECK(same.body == "auf deutsch");
  for (Client* client : {&second, &second_too, &third}) {
    CHECK(client->heard == "released: other variant");
    client->heard.clear();
    world.time.in_turn([&] { CHECK(client->ask("key") == Joined::kWaits); });
  }
  CHECK(world.origin.all.size() == 3);
  world.time.in_turn([&] { world.origin.all[1].answer(200, "in English", vary); });
  world.time.in_turn([&] { world.origin.all[2].answer(200, "en francais", vary); });
  CHECK(second.body == "in English");
  CHECK(second_too.body == "in English");
  CHECK(third.body == "en francais");
  CHECK(world.rules.stored == 3);
}

TEST_CASE("who looks again when a fill has just been stored is told so") {
  FillWorld world;
  world.ask("key");
  world.say([](auto& asked) { asked.answer(200, "body"); });
  world.ask("key");
  CHECK(world.joined == Joined::kStored);
  world.ask("key", {}, world.zone.store.find("key", {}));
  CHECK(world.joined == Joined::kWaits);
}

TEST_CASE("nobody joins a fill that a purge came behind, and what it brings is not stored") {
  FillWorld world;
  Client& before = world.ask("key");
  world.zone.store.purge({Purge::By::kKey, "key"});
  Client& behind = world.ask("key");
  REQUIRE(world.origin.all.size() == 2);
  world.time.in_turn([&] { world.origin.all[0].answer(200, "old"); });
  CHECK(before.body == "old");
  CHECK(world.rules.stored == 0);
  world.time.in_turn([&] { world.origin.all[1].answer(200, "new"); });
  CHECK(behind.body == "new");
  CHECK(body_of(world.zone.store.find("key", {})) == "new");
}

TEST_CASE("what is stale is validated once for all who wait for that") {
  FillWorld world;
  FieldsOf fields{{"ETag", "\"1\""}};
  EntryRef stale = stored("key", "stale", fields);
  Client& cause = world.ask("key", {}, stale);
  Client& other = world.ask("key", {}, stale);
  CHECK(world.origin.last().request.head.fields.value(http::Name::kIfNoneMatch) == "\"1\"");
  std::string heard = "entry 304";
  SUBCASE("and is good") {
    world.say([](auto& asked) { asked.answer(304, ""); });
  }
  SUBCASE("or its origin fails") {
    heard = "entry 0";
    world.say([](auto& asked) {
      asked.responder.fail({502, http::Reason::kUpstreamReset, 0, {}});
    });
  }
  for (Client* client : {&cause, &other}) {
    CHECK(client->heard == heard);
    CHECK(client->body == "stale");
  }
  CHECK(world.origin.all.size() == 1);
}

TEST_CASE("what is validated is not given to those who select something else") {
  FillWorld world;
  FieldsOf fields{{"ETag", "\"1\""}, {"Vary", "Accept-Language"}};
  FieldsOf de{{"Accept-Language", "de"}};
  FieldsOf en{{"Accept-Language", "en"}};
  EntryRef stale = stored("key", "auf deutsch", fields, de);
  world.ask("key", de, stale);
  Client& other = world.ask("key", en);
  CHECK(world.origin.all.size() == 2);
  CHECK(other.reader.caused());
}

TEST_CASE("in the background a key is validated once at a time, and who comes then waits for it") {
  FillWorld world;
  EntryRef stale = stored("key", "stale", FieldsOf{{"ETag", "\"1\""}});
  base::Arena arena;
  http::Request request;
  request.arena = &arena;
  for (int i = 0; i < 3; ++i) {
    world.time.in_turn([&] { world.worker.revalidate(world.route, {request, "key", stale, 0}); });
  }
  CHECK(world.origin.all.size() == 1);
  Client& waits = world.ask("key", {}, stale);
  CHECK(!waits.reader.caused());
  world.say([](auto& asked) { asked.answer(200, "fresh"); });
  CHECK(waits.body == "fresh");
  CHECK(body_of(world.zone.store.find("key", {})) == "fresh");
}

namespace {
struct Emptied final : CoalescerEvents {
  void on_coalescer_empty() override { ++times; }
  int times = 0;
};
}  // namespace

TEST_CASE("a coalescer that drains goes on for its readers and for nobody else") {
  FillWorld world;
  world.time.in_turn([&] { world.ask("left").reader.leave(); });
  Client& reads = world.ask("read");
  Emptied emptied;
  world.time.in_turn([&] { world.worker.drain(emptied); });
  CHECK(world.worker.count() == 1);
  CHECK(emptied.times == 0);
  SUBCASE("to its end") {
    world.say([](auto& asked) { asked.answer(200, "body"); });
    CHECK(reads.heard == "200 end");
  }
  SUBCASE("or until they have left") {
    world.time.in_turn([&] { reads.reader.leave(); });
  }
  CHECK(world.worker.count() == 0);
  CHECK(emptied.times == 1);
}

}  // namespace weir::cache
