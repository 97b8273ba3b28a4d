#include "sim/connections_storm.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

namespace weir::sim {

using upstream::Connection;
using upstream::EndpointSlot;
using upstream::Exchange;

namespace {

constexpr std::size_t kEndpoints = 3;
constexpr std::size_t kRunningMax = 24;

// Bytes of backends: whole answers, parts of them, and none.
constexpr std::string_view kAnswers[] = {
    "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
    "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
    "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
    "HTTP/1.1 204 No Content\r\n\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nA: b\r\n\r\n",
    "HTTP/1.1 200 OK\r\nKeep-Alive: timeout=5\r\nContent-Length: 0\r\n\r\n",
    "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok",
    "HTTP/1.1 103 Early Hints\r\n\r\n",
    "HTTP/1.0 200 OK\r\n\r\nto the end",
    "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
    "HTTP/1.1 200 O",
    "what?\r\n\r\n",
};

// Where an exchange drops its lease by itself; mostly nowhere.
constexpr const char* kDrops[] = {"",           "",
                                  "",           "",
                                  "",           "",
                                  "",           "",
                                  "",           "",
                                  "",           "",
                                  "",           "",
                                  "",           "connected",
                                  "head 200",   "body ok",
                                  "end",        "failed reset",
                                  "failed cut", "failed connect"};

bool begins(const std::string& text, std::string_view with) { return text.starts_with(with); }

// What an exchange hears is in order, and its end is told once.
void check_heard(const std::vector<std::string>& heard, bool fresh) {
  bool over = false;
  for (std::size_t i = 0; i < heard.size(); ++i) {
    const std::string& event = heard[i];
    if (event == "writable") continue;
    REQUIRE(!over);
    if (event == "connected") REQUIRE((i == 0 && fresh));
    over = begins(event, "end") || begins(event, "failed");
  }
}

}  // namespace

ConnectionsStorm::ConnectionsStorm(std::uint64_t seed)
    : dice_(seed),
      world_(std::vector<upstream::EndpointOptions>(kEndpoints)),
      in_set_(kEndpoints, true),
      held_(kEndpoints) {
  world_.pool_options.max_fails = 0;
  world_.network.set_read_size(dice_.chance(2) ? 5 : 64 * 1024);
  world_.make_pool();
  ceiling_.each.resize(kEndpoints);
  configure();
}

void ConnectionsStorm::blow(int steps) {
  for (int i = 0; i < steps; ++i) {
    step();
    if (dice_.chance(2)) world_.network.run_once();
    reap();
    check_counts();
    if (dice_.chance(4)) settle();
  }
}

void ConnectionsStorm::step() {
  switch (dice_.below(16)) {
    case 0:
    case 1:
    case 2:
      for (std::size_t i = dice_.below(dice_.chance(8) ? 16 : 4); i > 0; --i) begin();
      return;
    case 3:
    case 4:
      return ask();
    case 5:
    case 6:
      for (std::size_t i = dice_.below(5); i > 0 && !running_.empty(); --i) {
        end(running_[dice_.below(running_.size())]);
      }
      return;
    case 7:
      return world_.time.advance(base::Duration(dice_.below(dice_.chance(20) ? 90'000 : 300)));
    case 8: {
      auto port = static_cast<std::uint16_t>(9001 + dice_.below(kEndpoints));
      constexpr memory::Plan kPlans[] = {memory::Plan::kAccept, memory::Plan::kAccept,
                                         memory::Plan::kAccept, memory::Plan::kRefuse,
                                         memory::Plan::kHang,   memory::Plan::kStarve};
      world_.connector.plan(port, kPlans[dice_.below(std::size(kPlans))]);
      if (dice_.chance(2)) world_.connector.settle(port, memory::Plan::kAccept);
      return;
    }
    case 9:
      if (dice_.chance(8)) return configure();
      if (dice_.chance(12)) return change_set();
      if (dice_.chance(40)) world_.time.in_turn([this] { connections().close_idle(); });
      return;
    default:
      for (std::size_t i = dice_.below(5); i > 0; --i) play();
  }
}

void ConnectionsStorm::begin() {
  if (running_.size() == kRunningMax) return;
  upstream::Pick pick = world_.pool->pick({}, now());
  if (pick.slot == nullptr) return;
  auto endpoint =
      std::find_if(world_.endpoints.begin(), world_.endpoints.end(),
                   [&](const auto& one) { return one.get() == pick.slot->endpoint.get(); });
  Running running{std::make_unique<Exchange>(world_),
                  base::Ref<EndpointSlot>(pick.slot),
                  static_cast<std::size_t>(endpoint - world_.endpoints.begin()),
                  nullptr,
                  false,
                  static_cast<bool>(pick.place)};
  running.exchange->give_back_at_end = dice_.chance(2);
  running.exchange->drop_at = kDrops[dice_.below(std::size(kDrops))];
  std::size_t connects = world_.connector.connects();
  running.exchange->start(*pick.slot);
  running.exchange->lease.carry(std::move(pick.place));
  running.connection = running.exchange->lease.operator->();
  running.fresh = world_.connector.connects() != connects;
  check_lent(running, running.exchange->lease->reused());
  if (running.fresh) {
    known_[running.connection] = {connects, now()};
  } else {
    known_[running.connection].idle = false;
    ++reused_;
  }
  if (running.carries) ++held_[running.endpoint];
  running_.push_back(std::move(running));
}

// It is lent to nobody else, and was rightly idle: not too long, and none of its endpoint was used
// later.
void ConnectionsStorm::check_lent(const Running& running, bool reused) {
  REQUIRE(reused == !running.fresh);
  for (const Running& other : running_) REQUIRE(other.connection != running.connection);
  if (running.fresh) return;
  auto found = known_.find(running.connection);
  REQUIRE(found != known_.end());
  REQUIRE(found->second.idle);
  REQUIRE(found->second.idle_until > now());
  running.slot->idle.each([&](Connection& other) {
    REQUIRE(known_.at(&other).idle_order <= found->second.idle_order);
  });
}

void ConnectionsStorm::ask() {
  for (Running& running : running_) {
    if (running.asked || !running.exchange->lease || !running.exchange->lease->connected())
      continue;
    running.asked = true;
    running.exchange->send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    if (dice_.chance(2)) return;
  }
}

// A backend does something, mostly one that was asked.
void ConnectionsStorm::play() {
  if (world_.connector.connects() == 0) return;
  std::size_t number = dice_.below(world_.connector.connects());
  if (!running_.empty() && !dice_.chance(4)) {
    number = known_[running_[dice_.below(running_.size())].connection].peer;
  }
  memory::MemoryPeer& peer = world_.connector.peer(number);
  if (peer.stream() == nullptr) return;
  // A backend knows nothing of a connection that is not made.
  if (!peer.closed() && peer.stream()->other()->connecting()) return;
  switch (dice_.below(32)) {
    case 0:
      return peer.close();
    case 1:
      return peer.reset();
    case 2:
      if (!std::exchange(silent_[number], true)) peer.shut_down();
      return;
    default:
      if (peer.take().empty() && !dice_.chance(8)) return;
      if (!silent_[number]) peer.send(kAnswers[dice_.below(std::size(kAnswers))]);
  }
}

// A lease ends from outside of its events, in a turn or not.
void ConnectionsStorm::end(Running& running) {
  upstream::Lease& lease = running.exchange->lease;
  auto act = [&] {
    if (begins(last_of(running), "end") && !dice_.chance(4)) {
      running.given_back = true;
      return lease.give_back();
    }
    // One that is under way is left alone, mostly.
    if (!begins(last_of(running), "failed") && !dice_.chance(4)) return;
    dice_.chance(2) ? lease.drop() : lease.reset();
  };
  dice_.chance(2) ? world_.time.in_turn(act) : act();
}

std::string ConnectionsStorm::last_of(const Running& running) {
  const std::vector<std::string>& heard = running.exchange->heard;
  auto last = std::find_if(heard.rbegin(), heard.rend(),
                           [](const std::string& event) { return event != "writable"; });
  return last == heard.rend() ? "" : *last;
}

void ConnectionsStorm::configure() {
  upstream::KeepaliveOptions& bounds = world_.pool_options.keepalive;
  constexpr unsigned kIdle[] = {0, 1, 2, 4, 64, 64};
  constexpr unsigned kTotal[] = {1, 6, 4096, 4096};
  constexpr int kTimeouts[] = {0, 1'000, 60'000, 60'000};
  constexpr std::uint64_t kRequests[] = {0, 4, 10'000};
  bounds.idle = kIdle[dice_.below(std::size(kIdle))];
  bounds.idle_total = kTotal[dice_.below(std::size(kTotal))];
  bounds.idle_timeout = base::Duration(kTimeouts[dice_.below(std::size(kTimeouts))]);
  bounds.max_age = base::Duration(10 * kTimeouts[dice_.below(std::size(kTimeouts))]);
  bounds.max_requests = kRequests[dice_.below(std::size(kRequests))];
  world_.pool->configure(world_.pool_options, now());
  // What is idle stays; what comes to it keeps to the bounds.
  for (std::size_t i = 0; i < kEndpoints; ++i) {
    ceiling_.each[i] = std::max<std::uint64_t>(world_.stats(i).connections_idle.get(), bounds.idle);
  }
  ceiling_.total = std::max<std::uint64_t>(connections().idle_total(), bounds.idle_total);
}

void ConnectionsStorm::change_set() {
  std::vector<upstream::Member> members;
  bool bounded = dice_.chance(2);
  for (std::size_t i = 0; i < kEndpoints; ++i) {
    in_set_[i] = !dice_.chance(3);
    if (!in_set_[i]) continue;
    auto most = static_cast<unsigned>(bounded ? 1 + dice_.below(3) : 0);
    members.push_back({world_.endpoints[i], 1, most});
  }
  world_.time.in_turn([&] {
    world_.pool->apply(base::make_shared_ref<const upstream::EndpointSet>(std::move(members)));
  });
}

bool ConnectionsStorm::holds(EndpointSlot& slot, const Connection* connection) {
  bool found = false;
  slot.idle.each([&](Connection& one) { found = found || &one == connection; });
  return found;
}

// Takes note of the leases that are gone.
void ConnectionsStorm::reap() {
  ++order_;
  auto gone = std::partition(running_.begin(), running_.end(), [](const Running& running) {
    return static_cast<bool>(running.exchange->lease);
  });
  std::for_each(gone, running_.end(), [this](Running& running) { leave(running); });
  running_.erase(gone, running_.end());
}

void ConnectionsStorm::leave(Running& running) {
  check_heard(running.exchange->heard, running.fresh);
  if (running.carries) --held_[running.endpoint];
  bool ended = begins(last_of(running), "end");
  Known& known = known_[running.connection];
  ++known.exchanges;
  known.idle = holds(*running.slot, running.connection);
  if (!known.idle) return;
  const upstream::KeepaliveOptions& bounds = world_.pool_options.keepalive;
  REQUIRE(ended);
  REQUIRE((running.given_back || running.exchange->give_back_at_end));
  REQUIRE(!running.slot->leaving);
  REQUIRE(bounds.idle != 0);
  REQUIRE((bounds.max_requests == 0 || known.exchanges < bounds.max_requests));
  known.idle_until =
      std::min(base::after(now(), bounds.idle_timeout), base::after(known.made, bounds.max_age));
  REQUIRE(known.idle_until > now());
  known.idle_order = order_;
  ceiling_.each[running.endpoint] = bounds.idle;
  ceiling_.total = bounds.idle_total;
}

// Everything that is on its way arrives.
void ConnectionsStorm::settle() {
  world_.network.run();
  reap();
  check_counts();
  check_quiet();
}

// What is open is leased or idle, and whose backend is gone has heard of it.
void ConnectionsStorm::check_quiet() {
  std::map<std::size_t, bool> leased;
  for (const Running& running : running_) {
    std::size_t number = known_.at(running.connection).peer;
    leased[number] = true;
    if (world_.connector.peer(number).stream() != nullptr) continue;
    std::string last = last_of(running);
    REQUIRE((begins(last, "end") || begins(last, "failed")));
  }
  std::size_t idle = 0;
  for (std::size_t i = 0; i < world_.connector.connects(); ++i) {
    if (!world_.connector.peer(i).closed() && !leased.contains(i)) ++idle;
  }
  REQUIRE(idle == connections().idle_total());
}

void ConnectionsStorm::check_counts() {
  std::vector<std::uint64_t> leases(kEndpoints);
  for (const Running& running : running_) ++leases[running.endpoint];
  std::uint64_t idle = 0;
  for (std::size_t i = 0; i < kEndpoints; ++i) {
    const upstream::EndpointStats& stats = world_.stats(i);
    REQUIRE(stats.in_flight.get() == leases[i]);
    REQUIRE(stats.connections_active.get() == leases[i]);
    REQUIRE(stats.connections_idle.get() <= (in_set_[i] ? ceiling_.each[i] : 0));
    REQUIRE(world_.endpoint(i).load() == held_[i]);
    idle += stats.connections_idle.get();
  }
  REQUIRE(connections().idle_total() == idle);
  REQUIRE(idle <= ceiling_.total);
}

void ConnectionsStorm::finish() {
  settle();
  while (!running_.empty()) {
    for (Running& running : running_) end(running);
    settle();
  }
  world_.time.in_turn([this] { connections().close_idle(); });
  settle();
  REQUIRE(world_.connector.open() == 0);
  world_.pool.reset();
}

}  // namespace weir::sim
