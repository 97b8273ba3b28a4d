// What finding a route costs with few routes and many, each asked for at random. Requests lie in
// the caches, as those do that were just parsed; routes only as far as there is room for all of
// them. README.md says how to run and read it.

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/hash.h"
#include "routing/router.h"

namespace weir::bench {

namespace {

constexpr std::size_t kSizes[] = {10, 100, 1'000, 10'000};
constexpr int kRounds = 9;
constexpr base::Stamp kSlice = 20'000'000;  // ns; one measurement
constexpr std::size_t kBatch = 128;         // look-ups between two looks at the clock

using Options = routing::RouteOptions;

// The host and path of a request.
struct Target {
  std::string host = "shop.example.com";
  std::string path = "/";
};

// As long for each, so that more routes are not longer ones.
std::string number(std::size_t i) { return std::to_string(100'000 + i).substr(1); }

void hosts(std::size_t i, Options& route, Target& target) {
  target.host = "shop" + number(i) + ".example.com";
  route.hosts = {target.host};
  route.path = "/";
  target.path = "/orders/7";
}
void wildcards(std::size_t i, Options& route, Target& target) {
  route.hosts = {"*.shop" + number(i) + ".example.com"};
  target.host = "www.eu.shop" + number(i) + ".example.com";
  target.path = "/orders/7";
}
void exact_paths(std::size_t i, Options& route, Target& target) {
  target.path = "/shop/item" + number(i) + "/details";
  route.path = "= " + target.path;
}
void prefixes(std::size_t i, Options& route, Target& target) {
  route.path = "/api/service" + number(i) + "/";
  target.path = "/api/service" + number(i) + "/orders/7";
}
// Two routes of each path, of which the one with a condition does not hold.
void conditions(std::size_t i, Options& route, Target& target) {
  prefixes(i / 2, route, target);
  if (i % 2 == 0) route.when.headers = {{"X-Beta", "1"}};
}
void regexes(std::size_t i, Options& route, Target& target) {
  route.path = "~ ^/shop" + number(i) + "/[0-9]+$";
  target.path = "/shop" + number(i) + "/17";
}
// No regex matches, as for most requests where a few regexes stand beside prefixes.
void regexes_missed(std::size_t i, Options& route, Target& target) {
  regexes(i, route, target);
  target.path = "/static/shop" + number(i) + "/style.css";
}

struct Case {
  const char* name;
  void (*make)(std::size_t i, Options& route, Target& target);
  bool rest = false;  // one more route takes what none of these does
};
constexpr Case kCases[] = {
    {"hosts", hosts},
    {"wildcard hosts", wildcards},
    {"exact paths", exact_paths},
    {"prefixes", prefixes},
    {"prefixes, a condition fails first", conditions},
    {"regexes, one matches", regexes},
    {"regexes, none matches", regexes_missed, true},
};

// So many routes, and requests for them in a random order.
class Setup {
 public:
  Setup(const Case& which, std::size_t size) {
    std::vector<routing::RouteMatch> matches;
    for (std::size_t i = 0; i < size; ++i) {
      Options route;
      which.make(i, route, targets_.emplace_back());
      add(matches, route);
    }
    if (which.rest) add(matches, Options{});
    auto router = routing::Router::build(std::move(matches));
    if (!router) fail(router.error().text);
    router_.push_back(std::move(router.value()));
    for (Asked& asked : batch_) {
      asked.request.head.method = http::Method::kGet;
      asked.request.arena = &arena_;
    }
  }
  void measure() {
    base::Stamp took = 0;
    std::size_t batches = 0;
    for (; took < kSlice; ++batches) {
      make_batch();
      base::Stamp begin = base::read_clock();
      find_batch();
      took += base::read_clock() - begin;
    }
    values_.push_back(static_cast<double>(took) / static_cast<double>(batches * kBatch));
  }
  double median() {
    std::sort(values_.begin(), values_.end());
    return values_[values_.size() / 2];
  }

 private:
  [[noreturn]] static void fail(const std::string& text) {
    std::fprintf(stderr, "bench_route: %s\n", text.c_str());
    std::exit(1);
  }
  static void add(std::vector<routing::RouteMatch>& matches, const Options& route) {
    auto match = routing::parse_match(route, matches.size(), false);
    if (!match) fail(match.error().text);
    matches.push_back(std::move(match.value()));
  }
  // Takes the next requests of an endless random order.
  void make_batch() {
    for (Asked& asked : batch_) {
      const Target& target = targets_[base::mix(++drawn_) % targets_.size()];
      asked.target = target;
      asked.request.head.host = asked.target.host;
      asked.request.head.normal_path = asked.target.path;
    }
  }
  void find_batch() {
    for (const Asked& asked : batch_) {
      if (router_.front().find(asked.request).kind == routing::Found::Kind::kNone)
        fail("a request found no route");
    }
  }

  struct Asked {
    Target target;
    http::Request request;
  };

  base::Arena arena_;
  std::deque<Target> targets_;
  std::vector<routing::Router> router_;  // one
  std::array<Asked, kBatch> batch_;
  std::uint64_t drawn_ = 0;
  std::vector<double> values_;
};

void run() {
  std::printf("| ns per look-up | 10 | 100 | 1,000 | 10,000 |\n|---|---|---|---|---|\n");
  for (const Case& which : kCases) {
    std::deque<Setup> setups;
    for (std::size_t size : kSizes) setups.emplace_back(which, size);
    // In turn, so that drift of the machine hits all sizes alike.
    for (int round = 0; round < kRounds; ++round) {
      for (Setup& setup : setups) setup.measure();
    }
    std::printf("| %s |", which.name);
    for (Setup& setup : setups) std::printf(" %.0f |", setup.median());
    std::printf("\n");
    std::fflush(stdout);
  }
}

}  // namespace

}  // namespace weir::bench

int main() { weir::bench::run(); }
