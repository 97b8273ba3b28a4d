#include "upstream/place.h"

#include <doctest/doctest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "unit/upstream/slots.h"

namespace weir::upstream {

namespace {

// A slot of an endpoint that may have so many leases.
struct Bounded {
  explicit Bounded(unsigned max_conns) : slots({1}), slot(*slots.all[0]) {
    slot.max_conns = max_conns;
  }
  [[nodiscard]] std::uint32_t load() const { return slot.endpoint->load(); }

  Slots slots;
  EndpointSlot& slot;
};

}  // namespace

TEST_CASE("a place is given back once, however it ends") {
  Bounded one(2);
  {
    Place first = Place::take(one.slot);
    CHECK(first);
    CHECK(one.load() == 1);
    first.give_back();
    CHECK(!first);
    CHECK(one.load() == 0);
  }
  CHECK(one.load() == 0);
  {
    Place second = Place::take(one.slot);
    Place moved = std::move(second);
    CHECK(one.load() == 1);
    Place third = Place::take(one.slot);
    CHECK(one.load() == 2);
    moved = std::move(third);
    CHECK(one.load() == 1);
  }
  CHECK(one.load() == 0);
}

TEST_CASE("there are as many places as max_conns, and without it any number") {
  Bounded two(2);
  std::vector<Place> places;
  for (int i = 0; i < 2; ++i) places.push_back(Place::take(two.slot));
  CHECK(two.slot.full());
  CHECK(!Place::take(two.slot));
  places.pop_back();
  CHECK(!two.slot.full());
  CHECK(Place::take(two.slot));
  Bounded any(0);
  for (int i = 0; i < 100; ++i) places.push_back(Place::take(any.slot));
  CHECK(any.load() == 100);
  CHECK(!any.slot.full());
  places.clear();
  CHECK(any.load() == 0);
}

TEST_CASE("a lowered max_conns takes nobody's place, and gives none until enough are back") {
  Bounded one(3);
  std::vector<Place> places;
  for (int i = 0; i < 3; ++i) places.push_back(Place::take(one.slot));
  one.slot.max_conns = 1;
  CHECK(!Place::take(one.slot));
  places.resize(1);
  CHECK(!Place::take(one.slot));
  places.clear();
  CHECK(Place::take(one.slot));
}

TEST_CASE("workers that take places at once never have more than max_conns together") {
  constexpr int kMost = 3;
  World world;
  world.pool_options.endpoints[0].max_conns = kMost;
  Endpoint& endpoint = world.endpoint(0);
  std::atomic<int> held{0};
  std::atomic<int> most{0};
  std::atomic<int> taken{0};
  auto work = [&] {
    // A slot of its own, as a worker has.
    EndpointSlot slot(world.slot(0).pool, {world.endpoints[0], 1, kMost}, 0);
    std::vector<Place> places;
    for (int i = 0; i < 20'000; ++i) {
      if (Place place = Place::take(slot)) {
        int now = held.fetch_add(1) + 1;
        if (now > most) most = now;
        ++taken;
        places.push_back(std::move(place));
      }
      if (places.size() == 2 || (i % 3 == 0 && !places.empty())) {
        held.fetch_sub(1);
        places.pop_back();
      }
    }
    held.fetch_sub(static_cast<int>(places.size()));
  };
  world.make_pool();
  std::thread first(work);
  std::thread second(work);
  first.join();
  second.join();
  CHECK(most <= kMost);
  CHECK(taken > 20'000);
  CHECK(endpoint.load() == 0);
}

}  // namespace weir::upstream
