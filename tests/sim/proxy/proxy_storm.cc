#include "sim/proxy/proxy_storm.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace weir::sim {

namespace {

constexpr std::size_t kClientsMost = 30;
// More ticks than anything may take in calm weather: minutes.
constexpr int kPatience = 3'000;

}  // namespace

ProxyStorm::ProxyStorm(std::uint64_t seed) : dice_(seed), weather_(forecast(dice_)) {}

Weather ProxyStorm::forecast(support::Dice& dice) {
  Weather weather;
  weather.calm = dice.chance(3);
  weather.whole_reads = dice.chance(2);
  weather.drips = dice.chance(2);
  weather.drips_up = dice.chance(3);
  weather.resends = dice.chance(4);
  return weather;
}

void ProxyStorm::blow(int steps) {
  for (int i = 0; i < steps; ++i) {
    weather_.calm ? step() : step_wildly();
    check();
  }
}

std::size_t ProxyStorm::answered() const {
  auto count = std::count_if(ledger_.asked.begin(), ledger_.asked.end(),
                             [](const Asked& asked) { return asked.answered; });
  return static_cast<std::size_t>(count);
}

void ProxyStorm::connect() {
  if (clients_.size() == kClientsMost || world_.drained()) return;
  Client& client = clients_.emplace_back(Client{world_.connect(), nullptr});
  client.plays = std::make_unique<StormClient>(*client.peer, ledger_, dice_, weather_);
}

// Nobody fails, and everybody goes on before time does.
void ProxyStorm::step() {
  if (clients_.empty() || dice_.chance(12)) connect();
  switch (dice_.below(12)) {
    case 0:
    case 1:
    case 2:
    case 3:
      some_client().plays->ask();
      break;
    case 4:
    case 5:
      some_client().plays->go_on();
      break;
    case 6:
      take_breath();
      break;
    case 7:
      if (!dice_.chance(8)) break;
      operate();
      break;
    case 8:
      if (backends_.empty() || !dice_.chance(4)) break;
      // A request must not cross with it.
      run_quiet();
      if (!backends_.empty()) some_backend().plays->close_idle();
      run_quiet();
      break;
    case 9:
      return tick();
    default:
      if (!backends_.empty()) some_backend().plays->go_on(world_.time.now());
  }
  dice_.chance(3) ? world_.network.run() : void(world_.network.run_once());
  hear();
}

void ProxyStorm::step_wildly() {
  if (clients_.empty() || dice_.chance(8)) connect();
  switch (dice_.below(20)) {
    case 0:
    case 1:
    case 2:
    case 3:
      some_client().plays->ask();
      break;
    case 4:
    case 5:
    case 6:
    case 7:
      some_client().plays->go_on();
      break;
    case 8:
      take_breath();
      break;
    case 9:
      if (dice_.chance(3)) some_client().plays->leave();
      break;
    case 10:
      if (dice_.chance(12)) {
        leap(static_cast<std::int64_t>(dice_.below(6'000)));
      } else {
        world_.pass(static_cast<std::int64_t>(dice_.below(200)));
      }
      break;
    case 11:
      if (dice_.chance(4)) operate();
      break;
    case 12:
      plan_connects();
      break;
    default:
      if (!backends_.empty()) some_backend().plays->act(world_.time.now());
  }
  if (dice_.chance(3)) {
    world_.network.run();
  } else if (dice_.chance(2)) {
    world_.network.run_once();
  }
  hear();
}

// Who takes nothing for so long is slow: what is on the way arrives meanwhile.
void ProxyStorm::leap(std::int64_t ms) {
  constexpr std::int64_t kStep = 1'000;
  for (; ms > 0; ms -= kStep) {
    world_.network.run();
    world_.pass(std::min(ms, kStep));
  }
}

void ProxyStorm::operate() {
  if (weather_.calm || !dice_.chance(2)) return world_.reload();
  world_.judge();
}

// Somebody stops reading, or goes on.
void ProxyStorm::take_breath() {
  if (dice_.chance(2)) {
    StormClient& client = *some_client().plays;
    dice_.chance(2) ? client.pause() : client.resume();
  } else if (!backends_.empty()) {
    StormBackend& backend = *some_backend().plays;
    dice_.chance(2) ? backend.pause() : backend.resume();
  }
}

void ProxyStorm::plan_connects() {
  std::uint16_t port = ProxyWorld::port(dice_.below(ProxyWorld::kEndpoints));
  constexpr memory::Plan kPlans[] = {memory::Plan::kAccept, memory::Plan::kAccept,
                                     memory::Plan::kAccept, memory::Plan::kRefuse,
                                     memory::Plan::kHang,   memory::Plan::kStarve};
  memory::Plan chosen = kPlans[dice_.below(std::size(kPlans))];
  world_.connector.plan(port, chosen);
  if (chosen == memory::Plan::kAccept) world_.connector.settle(port, chosen);
}

void ProxyStorm::hear() {
  for (; known_ < world_.connector.connects(); ++known_) {
    memory::MemoryPeer& peer = world_.connector.peer(known_);
    backends_.push_back({&peer, std::make_unique<StormBackend>(peer, ledger_, dice_, weather_)});
  }
  for (Client& client : clients_) client.plays->hear();
  for (Backend& backend : backends_) backend.plays->hear(world_.time.now());
  auto left = std::partition(clients_.begin(), clients_.end(),
                             [](const Client& client) { return !client.plays->gone(); });
  std::for_each(left, clients_.end(), [](const Client& client) { client.plays->check_end(); });
  clients_.erase(left, clients_.end());
  auto gone = std::remove_if(backends_.begin(), backends_.end(),
                             [](const Backend& backend) { return backend.plays->gone(); });
  backends_.erase(gone, backends_.end());
}

void ProxyStorm::check() {
  world_.check();
  check_buffers();
}

// What waits to be written is bounded: by the mark, and what one more read makes of it.
void ProxyStorm::check_buffers() const {
  std::size_t read = world_.network.read_size();
  for (const Client& client : clients_) {
    if (client.peer->closed()) continue;
    const memory::MemoryStream& ours = *client.peer->stream()->other();
    REQUIRE(ours.queued() <= ours.mark() + 2 * read + 4'096);
  }
  for (const Backend& backend : backends_) {
    if (backend.peer->closed()) continue;
    const memory::MemoryStream& ours = *backend.peer->stream()->other();
    // A body that was kept for a retry goes at once.
    REQUIRE(ours.queued() <= ours.mark() + 2 * read + 4'096 + 64 * 1024);
  }
}

void ProxyStorm::run_quiet() {
  world_.network.run();
  hear();
}

// Everybody goes on, and then time does.
void ProxyStorm::tick() {
  for (Client& client : clients_) client.plays->resume();
  for (Backend& backend : backends_) backend.plays->resume();
  run_quiet();
  for (Client& client : clients_) client.plays->go_on();
  run_quiet();
  for (Backend& backend : backends_) backend.plays->go_on(world_.time.now());
  run_quiet();
  world_.pass(static_cast<std::int64_t>(dice_.below(200)));
  run_quiet();
}

bool ProxyStorm::anybody_waits() const {
  return std::any_of(clients_.begin(), clients_.end(), [](const Client& client) {
    return client.plays->waiting() || client.plays->sending();
  });
}

void ProxyStorm::finish() {
  if (weather_.calm) {
    finish_calm();
  } else {
    dice_.chance(2) ? freeze() : calm_down();
  }
  let_go();
  world_.check_end();
}

// All that was asked is answered.
void ProxyStorm::finish_calm() {
  run_quiet();
  if (dice_.chance(4)) world_.drain();
  for (int i = 0; anybody_waits(); ++i) {
    REQUIRE_MESSAGE(i < kPatience, "a client waits for ever");
    tick();
    check();
  }
  for (const Asked& asked : ledger_.asked) {
    REQUIRE((asked.logged == 0 || asked.answered || may_be_cut(asked)));
  }
}

// Nobody does anything any more: deadlines alone end everything.
void ProxyStorm::freeze() {
  if (dice_.chance(3)) world_.drain();
  for (Client& client : clients_) client.plays->be_slow();
  for (int i = 0; i < 400 && world_.sessions() > 0; ++i) {
    world_.pass(static_cast<std::int64_t>(1 + dice_.below(1'000)));
    if (dice_.chance(2)) run_quiet();
    check();
  }
  REQUIRE_MESSAGE(world_.sessions() == 0, "a session that no deadline ends");
  REQUIRE(world_.leases() == 0);
  world_.pass(70'000);
  REQUIRE_MESSAGE(world_.idle() == 0, "an idle connection that no deadline ends");
}

// The storm is over and all backends are well: who comes now is served.
void ProxyStorm::calm_down() {
  for (Client& client : clients_) client.plays->end();
  for (std::size_t i = 0; i < ProxyWorld::kEndpoints; ++i) {
    world_.connector.plan(ProxyWorld::port(i), memory::Plan::kAccept);
    world_.connector.settle(ProxyWorld::port(i), memory::Plan::kAccept);
  }
  world_.set_all_up();
}

// All clients go, in order; tunnels by FIN from both sides.
void ProxyStorm::let_go() {
  for (int i = 0; world_.sessions() > 0; ++i) {
    REQUIRE_MESSAGE(i < kPatience, "a session stays without its client");
    for (Client& client : clients_) client.plays->end();
    for (Backend& backend : backends_) backend.plays->end();
    tick();
    check();
  }
  // Who was slow hears the rest.
  tick();
  REQUIRE(world_.leases() == 0);
  REQUIRE(clients_.empty());
}

}  // namespace weir::sim
