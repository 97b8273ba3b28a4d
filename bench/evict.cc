// How much of a trace of requests the cache's order of eviction answers, beside LRU: hit ratios for
// things of one size, with room for a part of them. Traces are made here from a fixed seed, so two
// runs print the same. README.md says how to run and read it.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <list>
#include <random>
#include <string>
#include <unordered_map>
#include <vector>

#include "cache/shard.h"

namespace weir::bench {

namespace {

constexpr std::size_t kThings = 50'000;
constexpr std::size_t kRequests = 1'000'000;
constexpr double kRooms[] = {0.01, 0.05, 0.10, 0.25};  // of all things

using Trace = std::vector<std::uint32_t>;

// Popularity by Zipf's law with this exponent.
class Zipf {
 public:
  explicit Zipf(double exponent) : sums_(kThings) {
    double sum = 0;
    for (std::size_t i = 0; i < kThings; ++i)
      sums_[i] = sum += std::pow(static_cast<double>(i + 1), -exponent);
  }
  std::uint32_t draw(std::mt19937_64& random) {
    std::uniform_real_distribution<double> share(0, sums_.back());
    auto at = std::lower_bound(sums_.begin(), sums_.end(), share(random));
    return static_cast<std::uint32_t>(at - sums_.begin());
  }

 private:
  std::vector<double> sums_;
};

Trace zipf(double exponent) {
  std::mt19937_64 random(1);
  Zipf popularity(exponent);
  Trace trace(kRequests);
  for (auto& one : trace) one = popularity.draw(random);
  return trace;
}

// Every tenth of it somebody walks over a fifth of all things once, in order, between the others'
// requests: a crawler, a backup.
Trace with_scans(double exponent) {
  Trace trace = zipf(exponent);
  constexpr std::size_t kEvery = kRequests / 10;
  constexpr std::size_t kScan = kThings / 5;
  for (std::size_t scan = 0; scan < 10; ++scan) {
    for (std::size_t i = 0; i < kScan; ++i)
      trace[scan * kEvery + 2 * i] = static_cast<std::uint32_t>((scan * kScan + i) % kThings);
  }
  return trace;
}

// What is popular moves on: a thousand things per tenth.
Trace drifting(double exponent) {
  Trace trace = zipf(exponent);
  for (std::size_t i = 0; i < trace.size(); ++i) {
    std::size_t moved = i / (kRequests / 10) * 1'000;
    trace[i] = static_cast<std::uint32_t>((trace[i] + moved) % kThings);
  }
  return trace;
}

double lru(const Trace& trace, std::size_t room) {
  std::list<std::uint32_t> order;
  std::unordered_map<std::uint32_t, std::list<std::uint32_t>::iterator> map;
  std::size_t hits = 0;
  for (std::uint32_t one : trace) {
    auto found = map.find(one);
    if (found != map.end()) {
      ++hits;
      order.splice(order.begin(), order, found->second);
      continue;
    }
    if (map.size() == room) {
      map.erase(order.back());
      order.pop_back();
    }
    order.push_front(one);
    map[one] = order.begin();
  }
  return static_cast<double>(hits) / static_cast<double>(trace.size());
}

// Keys of one length, so that all entries cost the same.
std::string key_of(std::uint32_t thing) {
  std::string digits = std::to_string(thing);
  return std::string(8 - digits.size(), '0') + digits;
}

cache::EntryRef entry_of(std::uint32_t thing) {
  http::ResponseHead head;
  head.status = 200;
  return base::make_shared_ref<const cache::Entry>(cache::Identity{key_of(thing), {}, {}}, head,
                                                   cache::ResponseControl(), cache::Terms(),
                                                   cache::Blocks());
}

std::size_t cost_of_one() {
  cache::Shard shard(std::size_t{1} << 20U, {1, 2});
  shard.insert(entry_of(0), shard.ticket());
  return shard.counts().bytes;
}

double sieve(const Trace& trace, std::size_t room) {
  cache::Shard shard(room * cost_of_one(), {1, 2});
  std::size_t hits = 0;
  for (std::uint32_t one : trace) {
    if (shard.find(key_of(one), {})) {
      ++hits;
    } else {
      shard.insert(entry_of(one), shard.ticket());
    }
  }
  return static_cast<double>(hits) / static_cast<double>(trace.size());
}

void compare(const char* name, const Trace& trace) {
  std::printf("%-22s", name);
  for (double share : kRooms) {
    auto room = static_cast<std::size_t>(share * kThings);
    std::printf("   %4.1f / %4.1f", 100 * lru(trace, room), 100 * sieve(trace, room));
  }
  std::printf("\n");
}

int run() {
  std::printf("%-22s", "% hits, LRU / weir");
  for (double share : kRooms) std::printf("   room for %2.0f%%", 100 * share);
  std::printf("\n");
  compare("zipf 0.8", zipf(0.8));
  compare("zipf 1.0", zipf(1.0));
  compare("zipf 1.2", zipf(1.2));
  compare("zipf 1.0, scans", with_scans(1.0));
  compare("zipf 1.0, drifting", drifting(1.0));
  return 0;
}

}  // namespace

}  // namespace weir::bench

int main() { return weir::bench::run(); }
