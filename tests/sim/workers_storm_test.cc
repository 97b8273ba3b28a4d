// Workers on threads of their own over the same endpoints, and a third thread that judges health
// and reads counts, as the control thread does. What each does follows from the seed; how they
// meet does not.

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <deque>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "support/seeds.h"
#include "unit/upstream/world.h"

namespace weir::sim {

using upstream::Endpoint;
using upstream::EndpointSet;

namespace {

constexpr std::size_t kEndpoints = 5;
constexpr unsigned kWorkers = 2;
constexpr std::size_t kTriesMax = 8;

// What the threads have in common.
struct Shared {
  explicit Shared(support::Dice& dice);

  base::SharedRef<upstream::ObservedPool> observed =
      base::make_shared_ref<upstream::ObservedPool>("pool", kWorkers);
  std::vector<base::SharedRef<Endpoint>> endpoints;
  std::array<unsigned, kEndpoints> max_conns{};
  std::vector<base::SharedRef<const EndpointSet>> sets;
  // Places that workers hold: counted behind the taking and before the giving back, so that there
  // are never more of them than the endpoint has counted.
  std::array<std::atomic<unsigned>, kEndpoints> held{};
  std::atomic<unsigned> over{0};  // times that there were more than max_conns
  std::atomic<unsigned> running{kWorkers};
};

Shared::Shared(support::Dice& dice) {
  for (std::size_t i = 0; i < kEndpoints; ++i) {
    auto port = static_cast<std::uint16_t>(9001 + i);
    endpoints.push_back(base::make_shared_ref<Endpoint>(observed, memory::memory_address(port),
                                                        "127.0.0.1:" + std::to_string(port)));
    // The first one bounds, so that places are always counted.
    max_conns[i] = static_cast<unsigned>(i == 0 ? 2 : dice.below(4));
  }
  for (int count = 0; count < 6; ++count) {
    std::vector<upstream::Member> members;
    for (std::size_t i = 0; i < kEndpoints; ++i) {
      if (i != 0 && dice.chance(3)) continue;
      auto weight = static_cast<unsigned>(1 + dice.below(3));
      members.push_back({endpoints[i], weight, max_conns[i], dice.chance(4), dice.chance(8)});
    }
    sets.push_back(base::make_shared_ref<const EndpointSet>(std::move(members)));
  }
}

// One worker; made, run and destroyed on its thread.
class WorkerStorm {
 public:
  WorkerStorm(Shared& shared, unsigned number, std::uint64_t seed)
      : shared_(shared), dice_(seed), world_({}, kWorkers) {
    world_.observed = shared.observed;
    world_.endpoints = shared.endpoints;
    options_.balance.by = static_cast<upstream::BalanceBy>(dice_.below(5));
    options_.balance.bounded_percent =
        options_.balance.by == upstream::BalanceBy::kHash && dice_.chance(2) ? 150 : 0;
    options_.fail_timeout = base::Duration(500);
    options_.keepalive.idle = 2;
    world_.pool_options = options_;
    world_.pool = std::make_unique<upstream::Pool>(
        shared.observed, number, options_, shared.sets[0], world_.connections, world_.time.now());
  }

  void blow(int steps) {
    for (int i = 0; i < steps; ++i) step();
    while (!tries_.empty()) end(0);
    world_.time.in_turn([this] { world_.connections.close_idle(); });
    world_.pool.reset();
  }

 private:
  struct Try {
    std::size_t endpoint;
    base::Ref<upstream::EndpointSlot> slot;
    upstream::Place place;
    std::unique_ptr<upstream::Exchange> exchange;  // null: only a place is held
  };

  void step() {
    switch (dice_.below(32)) {
      case 0:
        return world_.time.advance(base::Duration(dice_.below(200)));
      case 1:
        return world_.pool->apply(shared_.sets[dice_.below(shared_.sets.size())]);
      default:
        if (tries_.size() < kTriesMax && dice_.chance(2)) return begin();
        if (!tries_.empty()) end(dice_.below(tries_.size()));
    }
  }

  void begin() {
    std::vector<upstream::EndpointSlot*> tried;
    if (!tries_.empty() && dice_.chance(3)) tried.push_back(tries_.front().slot.get());
    upstream::Pick pick = world_.pool->pick(tried, world_.time.now(), base::mix(dice_.below(20)));
    if (pick.slot == nullptr) return;
    std::size_t endpoint = 0;
    while (shared_.endpoints[endpoint].get() != pick.slot->endpoint.get()) ++endpoint;
    unsigned most = shared_.max_conns[endpoint];
    if (shared_.held[endpoint].fetch_add(1) + 1 > most && most != 0) ++shared_.over;
    Try one{endpoint, base::Ref<upstream::EndpointSlot>(pick.slot), std::move(pick.place), nullptr};
    if (dice_.chance(4)) {
      one.exchange = std::make_unique<upstream::Exchange>(world_);
      one.exchange->start(*one.slot);
      one.exchange->lease.carry(std::move(one.place));
      world_.network.run();
    }
    tries_.push_back(std::move(one));
  }

  void end(std::size_t index) {
    std::swap(tries_[index], tries_.back());
    Try one = std::move(tries_.back());
    tries_.pop_back();
    shared_.held[one.endpoint].fetch_sub(1);
    if (one.exchange != nullptr) {
      world_.time.in_turn([&] { one.exchange->lease.drop(); });
    } else {
      one.place.give_back();
    }
    if (dice_.chance(4)) {
      world_.pool->count_failure(*one.slot, world_.time.now());
    } else {
      one.slot->endpoint->count_success();
    }
  }

  Shared& shared_;
  support::Dice dice_;
  upstream::PoolOptions options_;
  upstream::World world_;
  std::deque<Try> tries_;
};

// Judges and reads, until the workers are done.
void control(Shared& shared, std::uint64_t seed) {
  support::Dice dice(seed);
  std::uint64_t most = 0;
  while (shared.running != 0) {
    Endpoint& endpoint = *shared.endpoints[dice.below(kEndpoints)];
    if (dice.chance(2)) {
      endpoint.set_health(dice.chance(3) ? upstream::Health::kDown : upstream::Health::kUp);
      endpoint.readmit();
    }
    for (unsigned i = 0; i < kWorkers; ++i) {
      most = std::max(most, endpoint.stats(i).in_flight.get());
    }
    std::this_thread::yield();
  }
  CHECK(most <= kTriesMax);
}

void storm(std::uint64_t seed) {
  support::Dice dice(seed);
  Shared shared(dice);
  std::vector<std::thread> workers;
  for (unsigned i = 0; i < kWorkers; ++i) {
    workers.emplace_back([&shared, i, own = dice.next()] {
      WorkerStorm(shared, i, own).blow(4'000);
      --shared.running;
    });
  }
  control(shared, dice.next());
  for (std::thread& worker : workers) worker.join();
  CHECK(shared.over == 0);
  for (std::size_t i = 0; i < kEndpoints; ++i) {
    CHECK(shared.held[i] == 0);
    CHECK(shared.endpoints[i]->load() == 0);
    for (unsigned worker = 0; worker < kWorkers; ++worker) {
      CHECK(shared.endpoints[i]->stats(worker).in_flight.get() == 0);
      CHECK(shared.endpoints[i]->stats(worker).connections_active.get() == 0);
      CHECK(shared.endpoints[i]->stats(worker).connections_idle.get() == 0);
    }
  }
}

}  // namespace

TEST_CASE("workers at once never lease more than max_conns, and all counts come back to zero") {
  support::over_seeds("workers", 20, storm);
}

}  // namespace weir::sim
