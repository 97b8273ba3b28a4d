#include "cache/fills.h"

#include <doctest/doctest.h>

#include "unit/cache/fill_world.h"

namespace weir::cache {

using Kind = Fills::Found::Kind;

TEST_CASE("there are no more fills than may be, and the others go by themselves") {
  FillLimits limits;
  limits.fills = 2;
  FillWorld world(limits);
  world.ask("a");
  world.ask("b");
  world.ask("c");
  CHECK(world.joined == Coalescer::Joined::kAlone);
  CHECK(world.zone.fills.refused() == 1);
  world.ask("a");
  CHECK(world.joined == Coalescer::Joined::kWaits);
  CHECK(world.zone.fills.count() == 2);
}

TEST_CASE("a key is remembered for some seconds, the others are not touched by that") {
  FillWorld world;
  Fills& fills = world.zone.fills;
  fills.remember_not_shared("key", 1);
  base::Stamp late = base::after(1, Fills::kRemembered);
  CHECK(fills.begin({"key", {}, nullptr, {}, 2}, world.worker).kind == Kind::kAlone);
  Fills::Found other = fills.begin({"other", {}, nullptr, {}, 2}, world.worker);
  CHECK(other.kind == Kind::kBegun);
  Fills::Found behind = fills.begin({"key", {}, nullptr, {}, late}, world.worker);
  CHECK(behind.kind == Kind::kBegun);
  fills.remove(*other.fill);
  fills.remove(*other.fill);
  fills.remove(*behind.fill);
}

TEST_CASE("bodies on their way take a quarter of the zone's memory, or one as long as may be") {
  CHECK(limits_of({1'000'000, 1'000, 0}).bytes == 250'000);
  CHECK(limits_of({1'000'000, 900'000, 0}).bytes == 900'000);
}

TEST_CASE("room for bodies is taken as long as there is some") {
  Store store{StoreOptions()};
  FillLimits limits;
  limits.bytes = 100;
  Fills fills(store, limits);
  CHECK(fills.take_room(60));
  CHECK(!fills.take_room(60));
  CHECK(fills.take_room(40));
  limits.bytes = 150;
  fills.set_limits(limits);
  CHECK(fills.take_room(50));
  fills.give_room_back(150);
  CHECK(fills.bytes() == 0);
}

}  // namespace weir::cache
