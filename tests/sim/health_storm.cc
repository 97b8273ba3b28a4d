#include "sim/health_storm.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace weir::sim {

using upstream::Health;

namespace {

constexpr std::uint16_t kFirstPort = 9001;
constexpr std::size_t kBackends = 8;

constexpr const char* kAnswers[] = {
    upstream::CheckedWorld::kOk,
    upstream::CheckedWorld::kOk,
    "HTTP/1.1 204 No Content\r\n\r\n",
    "HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf",
    "what?\r\n\r\n",
    "",
};

}  // namespace

HealthStorm::HealthStorm(std::uint64_t seed) : dice_(seed) {
  change_options();
  change_set();
}

void HealthStorm::blow(int milliseconds) {
  for (int i = 0; i < milliseconds; ++i) {
    if (dice_.chance(20)) {
      change_backend(static_cast<std::uint16_t>(kFirstPort + dice_.below(kBackends)));
    }
    if (dice_.chance(300)) change_set();
    if (dice_.chance(300)) change_options();
    world_.run(base::Duration{1});
    ++elapsed_;
    watch();
  }
}

void HealthStorm::change_backend(std::uint16_t port) {
  switch (dice_.below(6)) {
    case 0:
      return world_.refuse(port);
    case 1:
      return world_.hang(port);
    case 2:
      return world_.connector.plan(port, memory::Plan::kStarve);
    case 3:
      world_.connector.settle(port,
                              dice_.chance(2) ? memory::Plan::kAccept : memory::Plan::kRefuse);
      [[fallthrough]];
    default:
      world_.accept(port);
      world_.answer(port, kAnswers[dice_.below(std::size(kAnswers))]);
  }
}

void HealthStorm::change_options() {
  auto& check = world_.options.health_check;
  if (dice_.chance(6)) {
    check.reset();
  } else {
    check.emplace();
    check->tcp = dice_.chance(4);
    check->interval = base::Duration(20 + dice_.below(80));
    check->timeout = base::Duration(10 + dice_.below(120));
    check->rise = static_cast<unsigned>(1 + dice_.below(4));
    check->fall = static_cast<unsigned>(1 + dice_.below(4));
    check->jitter_percent = static_cast<unsigned>(dice_.below(60));
    if (dice_.chance(2)) check->initial = upstream::InitialHealth::kUp;
  }
  apply();
}

void HealthStorm::change_set() {
  set_.clear();
  for (std::size_t i = 0; i < kBackends; ++i) {
    if (!dice_.chance(3)) {
      set_.emplace(static_cast<std::uint16_t>(kFirstPort + i), dice_.chance(6));
    }
  }
  apply();
}

void HealthStorm::apply() {
  std::vector<upstream::Member> members;
  for (const auto& [port, down] : set_)
    members.push_back({world_.endpoint(port), 1, 0, false, down});
  world_.apply_members(std::move(members));
  applied_at_ = elapsed_;
  std::map<std::uint16_t, Known> before = std::exchange(known_, {});
  for (const auto& [port, down] : set_) {
    const upstream::HealthRecord* record = world_.checks.find(*world_.endpoint(port));
    REQUIRE((record != nullptr) == (world_.options.health_check && !down));
    if (record == nullptr) {
      REQUIRE(world_.health(port) == Health::kUp);
      continue;
    }
    auto same = before.find(port);
    if (same != before.end()) {
      known_.insert(*same);
    } else {
      // A new one begins without an opinion.
      REQUIRE(record->well() + record->failed() == 0);
      REQUIRE(record->health() != Health::kDown);
      Known known{record->health(), record->decided()};
      known.begins = world_.connector.connects(port);
      known_.emplace(port, known);
    }
  }
}

void HealthStorm::watch() {
  std::size_t unchecked = 0;
  for (auto& [port, known] : known_) {
    const upstream::HealthRecord* record = world_.checks.find(*world_.endpoint(port));
    REQUIRE(record != nullptr);
    watch_begins(port, known);
    watch_outcome(port, known, *record);
    REQUIRE(record->health() == known.health);
    REQUIRE(world_.health(port) == known.health);
    REQUIRE(record->decided() == known.decided);
    if (known.health == Health::kUnchecked) ++unchecked;
  }
  REQUIRE(world_.checks.unchecked() == unchecked);
  REQUIRE(world_.checks.open() <= known_.size());
  REQUIRE(world_.connector.open() <= world_.checks.open());
  changes_ += static_cast<std::size_t>(
      std::count_if(world_.heard.begin(), world_.heard.end(),
                    [](const auto& line) { return line != "all checked"; }));
  world_.heard.clear();
}

// At most one probe of an endpoint ends within a millisecond.
void HealthStorm::watch_outcome(std::uint16_t port, Known& known,
                                const upstream::HealthRecord& record) {
  std::uint64_t well = record.well() - std::exchange(known.well, record.well());
  std::uint64_t failed = record.failed() - std::exchange(known.failed, record.failed());
  REQUIRE(well + failed <= 1);
  if (well + failed == 0) return;
  bool good = well == 1;
  REQUIRE(record.reason().empty() == good);
  // weir had nothing to ask with: no word about the endpoint.
  if (record.reason() == "no descriptor left") return;
  known.row = good == std::exchange(known.last_good, good) ? known.row + 1 : 1;
  Health verdict = good ? Health::kUp : Health::kDown;
  unsigned wanted = known.decided ? (good ? options().rise : options().fall) : 1;
  known.decided = true;
  if (verdict == known.health || known.row < wanted) return;
  known.health = verdict;
  std::string told = std::to_string(port) + (good ? " up" : " down");
  REQUIRE(std::any_of(world_.heard.begin(), world_.heard.end(),
                      [&](const std::string& line) { return line.starts_with(told); }));
}

// Probes of one endpoint begin an interval apart, less the jitter; the first two as the phase has
// it. Time is read a millisecond late at most.
void HealthStorm::watch_begins(std::uint16_t port, Known& known) {
  std::vector<std::int64_t> began = world_.began(port);
  std::size_t before = std::exchange(known.begins, began.size());
  REQUIRE(began.size() <= before + 1);
  if (began.size() == before || before == 0 || known.well + known.failed < 2) return;
  std::int64_t last = began[before - 1];
  if (last <= applied_at_) return;
  double least =
      static_cast<double>(options().interval.count()) * (100 - options().jitter_percent) / 100.0;
  REQUIRE(static_cast<double>(began[before] - last) >= least - 2);
}

void HealthStorm::heal(bool well) {
  for (std::size_t i = 0; i < kBackends; ++i) {
    auto port = static_cast<std::uint16_t>(kFirstPort + i);
    well ? world_.accept(port) : world_.refuse(port);
    world_.answer(port, upstream::CheckedWorld::kOk);
  }
}

void HealthStorm::finish() {
  while (!world_.options.health_check) change_options();
  for (bool well : {true, false}) {
    heal(well);
    // One probe may be under way still, and a row begins anew.
    std::int64_t wait =
        options().timeout.count() + 200 +
        (2 + std::max(options().rise, options().fall)) * (options().interval.count() + 10);
    for (std::int64_t i = 0; i < wait; ++i) {
      world_.run(base::Duration{1});
      ++elapsed_;
      watch();
    }
    for (const auto& [port, known] : known_) {
      REQUIRE(world_.health(port) == (well ? Health::kUp : Health::kDown));
    }
    REQUIRE(world_.checks.unchecked() == 0);
  }
  world_.checks.forget(*world_.observed);
  REQUIRE(world_.checks.open() == 0);
  for (const auto& [port, known] : known_) {
    REQUIRE(world_.checks.find(*world_.endpoint(port)) == nullptr);
  }
  world_.settle();
  REQUIRE(world_.connector.open() == 0);
}

}  // namespace weir::sim
