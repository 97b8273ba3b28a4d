#include <doctest/doctest.h>

#include "unit/upstream/checked_world.h"

namespace weir::upstream {

namespace {

using Strings = std::vector<std::string>;
using Milliseconds = base::Duration;

}  // namespace

TEST_CASE("endpoints that stay keep state, counts and phase over a change of the set") {
  CheckedWorld world;
  world.options.health_check->jitter_percent = 0;
  world.refuse(9002);
  world.apply({9001, 9002});
  world.run(Milliseconds{9'000});
  std::uint64_t well = world.record(9001).well();
  base::Stamp since = world.record(9002).since();
  auto last = world.began(9001).back();
  world.heard.clear();
  world.apply({9002, 9001, 9003});
  CHECK(world.heard == Strings{"9003 up", "all checked"});
  CHECK(world.health(9002) == Health::kDown);
  CHECK(world.record(9001).well() == well);
  CHECK(world.record(9002).since() == since);
  world.run(Milliseconds{2'100});
  CHECK(world.began(9001).back() <= last + 2'009);
  CHECK(world.began(9001).back() >= last + 2'000);
}

TEST_CASE("endpoints that leave are forgotten and probed no more, also in the middle of a probe") {
  CheckedWorld world;
  world.answer(9002, "");
  world.apply({9001, 9002});
  CHECK(world.checks.open() == 1);
  world.heard.clear();
  world.apply({9001});
  CHECK(world.checks.open() == 0);
  CHECK(world.connector.open() == 0);
  CHECK(world.heard == Strings{"all checked"});
  CHECK(world.checks.find(*world.endpoint(9002)) == nullptr);
  world.run(Milliseconds{10'000});
  CHECK(world.began(9002).size() == 1);
}

TEST_CASE("an endpoint that waits for its turn may leave") {
  CheckedWorld world;
  std::vector<std::uint16_t> all;
  for (std::uint16_t i = 0; i < 300; ++i) all.push_back(static_cast<std::uint16_t>(9001 + i));
  for (std::uint16_t port : all) world.answer(port, "");
  world.apply(all);
  REQUIRE(world.checks.open() == 256);
  all.resize(256);
  world.apply(all);
  world.run(Milliseconds{1'000 + 9});
  CHECK(world.connector.connects() >= 256);
  CHECK(world.connector.connects(9300) == 0);
  CHECK(world.checks.unchecked() == 0);
}

TEST_CASE("where health checks go away all endpoints are up") {
  CheckedWorld world;
  world.refuse(9001);
  world.answer(9002, "");
  world.apply({9001, 9002});
  CHECK(world.health(9001) == Health::kDown);
  CHECK(world.health(9002) == Health::kUnchecked);
  world.options.health_check.reset();
  world.apply({9001, 9002});
  CHECK(world.health(9001) == Health::kUp);
  CHECK(world.health(9002) == Health::kUp);
  CHECK(world.checks.open() == 0);
  world.run(Milliseconds{10'000});
  CHECK(world.began(9001).size() == 1);
}

TEST_CASE("where health checks come to endpoints that serve, these stay up until their verdict") {
  CheckedWorld world;
  auto checked = world.options.health_check;
  world.options.health_check.reset();
  world.apply({9001, 9002});
  CHECK(world.health(9001) == Health::kUp);
  world.options.health_check = checked;
  world.answer(9001, "");
  world.refuse(9002);
  world.apply({9001, 9002, 9003});
  CHECK(world.checks.unchecked() == 0);
  CHECK(world.health(9001) == Health::kUp);
  // The first verdict needs one probe.
  CHECK(world.heard == Strings{"9002 down refused 1", "9003 up", "all checked"});
  world.run(Milliseconds{1'009});
  CHECK(world.health(9001) == Health::kDown);
}

TEST_CASE("what is configured down is not probed, and is as new when it is no longer") {
  CheckedWorld world;
  Member down{world.endpoint(9001)};
  down.down = true;
  world.apply_members(std::vector<Member>{down, Member{world.endpoint(9002)}});
  world.settle();
  world.run(Milliseconds{5'000});
  CHECK(world.began(9001).empty());
  world.hang(9001);
  world.apply({9001, 9002});
  CHECK(world.health(9001) == Health::kUnchecked);
  CHECK(world.began(9001).size() == 1);
}

TEST_CASE("backups are probed as others are") {
  CheckedWorld world;
  Member backup{world.endpoint(9001)};
  backup.backup = true;
  world.apply_members(std::vector<Member>{backup});
  world.settle();
  CHECK(world.heard == Strings{"9001 up", "all checked"});
}

TEST_CASE("changed options hold for the next probe, and one under way asks anew") {
  CheckedWorld world;
  world.options.health_check->interval = Milliseconds{60'000};
  world.answer(9002, "");
  world.apply({9001, 9002});
  world.run(Milliseconds{500});
  REQUIRE(world.began(9001).size() == 1);
  world.options.health_check->interval = Milliseconds{1'000};
  world.options.health_check->path = "/healthz";
  world.answer(9002, CheckedWorld::kOk);
  world.heard.clear();
  world.apply({9001, 9002});
  CHECK(world.connector.peer(9002, 0).closed());
  CHECK(world.connector.peer(9002, 1).received().starts_with("GET /healthz HTTP/1.1\r\n"));
  CHECK(world.heard == Strings{"9002 up", "all checked"});
  world.run(Milliseconds{509});
  CHECK(world.began(9001).size() == 2);
  // A set that changes without its options leaves a probe alone.
  world.answer(9002, "");
  world.run(Milliseconds{1'000});
  REQUIRE(world.checks.open() == 1);
  std::size_t begun = world.began(9002).size();
  world.apply({9001, 9002});
  CHECK(world.began(9002).size() == begun);
}

TEST_CASE("a pool that is forgotten is probed no more") {
  CheckedWorld world;
  world.answer(9001, "");
  world.apply({9001});
  world.checks.forget(*world.observed);
  CHECK(world.connector.open() == 0);
  CHECK(world.checks.unchecked() == 0);
  CHECK(world.heard == Strings{"all checked"});
  CHECK(world.checks.find(*world.endpoint(9001)) == nullptr);
  world.run(Milliseconds{10'000});
  CHECK(world.began(9001).size() == 1);
}

TEST_CASE("an empty set is checked at once, and grows") {
  CheckedWorld world;
  world.apply(std::vector<std::uint16_t>{});
  CHECK(world.checks.unchecked() == 0);
  world.apply({9001});
  CHECK(world.heard == Strings{"9001 up", "all checked"});
}

}  // namespace weir::upstream
