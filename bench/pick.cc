// What a pick costs, its endpoint's place given back with it: for each balancer, with few endpoints
// and many, by one worker alone and by two at once. README.md says how to run and read it.

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <deque>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "upstream/pool.h"

namespace weir::bench {

namespace {

constexpr unsigned kWorkers = 2;
constexpr std::size_t kSizes[] = {3, 100, 1'000};
constexpr int kRounds = 9;
constexpr base::Stamp kSlice = 20'000'000;  // ns; one measurement
constexpr std::size_t kBatch = 1'000;       // picks between two looks at the clock
constexpr std::size_t kHeld = 64;           // requests under way of a worker
constexpr std::size_t kKeys = 4'096;

struct Case {
  const char* name;
  upstream::BalanceBy by;
  unsigned bounded_percent = 0;
  unsigned max_conns = 0;
};
constexpr Case kCases[] = {
    {"round_robin", upstream::BalanceBy::kRoundRobin},
    {"round_robin, max_conns", upstream::BalanceBy::kRoundRobin, 0, 1'000},
    {"p2c", upstream::BalanceBy::kP2c},
    {"hash, ip_hash", upstream::BalanceBy::kHash},
    {"hash, bounded", upstream::BalanceBy::kHash, 125},
    {"least_conn", upstream::BalanceBy::kLeastConn},
};

// Nobody connects here, and no deadline is set.
class NoConnector final : public net::Connector {
 public:
  net::StreamPtr connect(const net::SocketAddress&, net::StreamEvents&) override { return {}; }
};
class NoAlarm final : public net::Wheel::Alarm {
 public:
  void wake_by(base::Stamp) override {}
};

// A worker's pool, and the places that its last picks hold.
class Worker {
 public:
  Worker(const base::SharedRef<upstream::ObservedPool>& observed, unsigned number,
         const upstream::PoolOptions& options, base::SharedRef<const upstream::EndpointSet> set)
      : pool_(observed, number, options, std::move(set), connections_, turns_.now()) {
    for (std::size_t i = 0; i < kKeys; ++i) keys_[i] = base::mix(number * kKeys + i + 1);
  }
  void pick() {
    base::Stamp now = turns_.now();
    for (std::size_t i = 0; i < kBatch; ++i) {
      upstream::Pick pick = pool_.pick({}, now, keys_[at_ % kKeys]);
      places_[at_ % kHeld] = std::move(pick.place);
      ++at_;
    }
  }
  // ns of one pick, over a slice.
  double measure() {
    pick();
    base::Stamp begin = base::read_clock();
    base::Stamp took = 0;
    std::size_t batches = 0;
    while (took < kSlice) {
      pick();
      ++batches;
      took = base::read_clock() - begin;
    }
    return static_cast<double>(took) / static_cast<double>(batches * kBatch);
  }

 private:
  net::Turns turns_{base::read_clock};
  NoAlarm alarm_;
  net::Wheel wheel_{alarm_, turns_.now()};
  NoConnector connector_;
  upstream::Connections connections_{turns_, wheel_, connector_};
  upstream::Pool pool_;
  std::array<std::uint64_t, kKeys> keys_{};
  std::size_t at_ = 0;
  std::array<upstream::Place, kHeld> places_;
};

// A pool of so many endpoints, with weights from 1 to 4, and its workers.
class Setup {
 public:
  Setup(const Case& which, std::size_t size) {
    auto observed = base::make_shared_ref<upstream::ObservedPool>("pool", kWorkers);
    std::vector<upstream::Member> members;
    for (std::size_t i = 0; i < size; ++i) {
      auto endpoint = base::make_shared_ref<upstream::Endpoint>(
          observed, net::SocketAddress{}, "10.0.0.1:" + std::to_string(10'000 + i));
      members.push_back({std::move(endpoint), static_cast<unsigned>(1 + i % 4), which.max_conns});
    }
    auto set = base::make_shared_ref<const upstream::EndpointSet>(std::move(members));
    upstream::PoolOptions options;
    options.balance.by = which.by;
    options.balance.bounded_percent = which.bounded_percent;
    for (unsigned i = 0; i < kWorkers; ++i) workers_.emplace_back(observed, i, options, set);
  }
  void measure_alone() { alone_.push_back(workers_[0].measure()); }
  void measure_both() {
    std::atomic<unsigned> ready{0};
    std::array<double, kWorkers> took{};
    auto run = [&](std::size_t number) {
      ++ready;
      while (ready != kWorkers) {
      }
      took[number] = workers_[number].measure();
    };
    std::thread other(run, 1);
    run(0);
    other.join();
    both_.push_back((took[0] + took[1]) / 2);
  }
  double alone() { return median(alone_); }
  double both() { return median(both_); }

 private:
  static double median(std::vector<double>& values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
  }

  std::deque<Worker> workers_;
  std::vector<double> alone_;
  std::vector<double> both_;
};

void print(const Case& which, std::deque<Setup>& setups) {
  std::printf("| %s |", which.name);
  for (Setup& setup : setups) std::printf(" %.0f |", setup.alone());
  for (Setup& setup : setups) std::printf(" %.0f |", setup.both());
  std::printf("\n");
}

void run() {
  std::printf("| ns per pick | 3 | 100 | 1,000 | two workers: 3 | 100 | 1,000 |\n");
  std::printf("|---|---|---|---|---|---|---|\n");
  for (const Case& which : kCases) {
    std::deque<Setup> setups;
    for (std::size_t size : kSizes) setups.emplace_back(which, size);
    // In turn, so that drift of the machine hits all sizes alike.
    for (int round = 0; round < kRounds; ++round) {
      for (Setup& setup : setups) setup.measure_alone();
      for (Setup& setup : setups) setup.measure_both();
    }
    print(which, setups);
  }
}

}  // namespace

}  // namespace weir::bench

int main() { weir::bench::run(); }
