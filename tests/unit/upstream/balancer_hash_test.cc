#include "upstream/balancer_hash.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <vector>

#include "base/hash.h"
#include "unit/upstream/slots.h"

namespace weir::upstream {

namespace {

std::uint64_t key(int number) { return base::hash_of("/item/" + std::to_string(number)); }

// Whom the keys 0 to count - 1 belong to.
std::string owners(const Slots& slots, Balancer& balancer, int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += slots.letter(balancer.pick(key(i)));
  return text;
}

auto share(const std::string& owned, char of) { return std::count(owned.begin(), owned.end(), of); }

}  // namespace

TEST_CASE("a key belongs to one endpoint, and keys are spread by weight") {
  Slots slots({1, 1, 2});
  BalancerHash balancer(0);
  balancer.set_candidates(slots.all);
  std::string owned = owners(slots, balancer, 20'000);
  CHECK(owners(slots, balancer, 20'000) == owned);
  CHECK(share(owned, 'a') > 4'200);
  CHECK(share(owned, 'a') < 5'800);
  CHECK(share(owned, 'c') > 8'800);
  CHECK(share(owned, 'c') < 11'200);
}

TEST_CASE("an endpoint that goes moves its own keys only, and gets them again when it is back") {
  Slots slots({1, 1, 1, 1, 1});
  BalancerHash balancer(0);
  balancer.set_candidates(slots.all);
  std::string before = owners(slots, balancer, 5'000);
  for (bool forget : {false, true}) {
    if (forget) balancer.forget();
    balancer.set_candidates(slots.of("abde"));
    std::string without = owners(slots, balancer, 5'000);
    CHECK(share(without, 'c') == 0);
    std::string heirs;
    for (std::size_t i = 0; i < before.size(); ++i) {
      if (before[i] != 'c') CHECK(without[i] == before[i]);
      if (before[i] == 'c') heirs += without[i];
    }
    // Its keys are spread over all others.
    for (char c : {'a', 'b', 'd', 'e'}) CHECK(share(heirs, c) > 50);
    if (forget) balancer.forget();
    balancer.set_candidates(slots.all);
    CHECK(owners(slots, balancer, 5'000) == before);
  }
}

TEST_CASE("a key belongs to the next of all points on the ring, and behind the last to the first") {
  const std::vector<std::vector<unsigned>> sets{{1}, {2, 1, 7}, std::vector<unsigned>(150, 2)};
  for (const auto& weights : sets) {
    Slots slots(weights);
    BalancerHash balancer(0);
    balancer.set_candidates(slots.all);
    std::map<std::uint64_t, EndpointSlot*> ring;
    for (EndpointSlot* slot : slots.all) {
      std::uint64_t place = base::hash_of(slot->endpoint->text());
      for (std::size_t i = 0; i < slot->weight * BalancerHash::kPoints; ++i) {
        ring.emplace(base::mix(place += base::kStep), slot);
      }
    }
    int strays = 0;
    auto check = [&](std::uint64_t key) {
      auto next = ring.lower_bound(key);
      EndpointSlot* owner = (next == ring.end() ? ring.begin() : next)->second;
      if (&balancer.pick(key) != owner) ++strays;
    };
    for (int i = 0; i < 20'000; ++i) check(key(i));
    // Points themselves, and the ends of the ring.
    for (const auto& [place, slot] : ring) check(place);
    check(1);
    check(~std::uint64_t{0});
    CHECK(strays == 0);
  }
}

TEST_CASE("the order of changes leaves no trace: only who is there counts") {
  Slots slots({3, 1, 2, 1, 5, 1, 1});
  BalancerHash changed(0);
  for (const char* there : {"abcdefg", "bd", "a", "acdfg", "efg", "cdefg"}) {
    changed.set_candidates(slots.of(there));
    BalancerHash fresh(0);
    fresh.set_candidates(slots.of(there));
    CHECK(owners(slots, changed, 1'000) == owners(slots, fresh, 1'000));
  }
}

TEST_CASE("a choice among some gives a key to whom it would belong without the others") {
  Slots slots({1, 1, 1, 1});
  BalancerHash balancer(0);
  BalancerHash without(0);
  balancer.set_candidates(slots.all);
  auto some = slots.of("bd");
  without.set_candidates(some);
  for (int i = 0; i < 1'000; ++i) {
    CHECK(&balancer.pick_among(some, key(i)) == &without.pick(key(i)));
  }
}

TEST_CASE("requests without a key are spread over all") {
  Slots slots({1, 1, 1});
  BalancerHash balancer(0);
  balancer.set_candidates(slots.all);
  auto counts = slots.counts(balancer, 9'000);
  for (char c : {'a', 'b', 'c'}) CHECK(counts[c] > 2'300);
}

TEST_CASE("weights beyond all bounds still make a ring, and the least weight has its place on it") {
  std::vector<unsigned> weights(200, 65'535);
  weights[7] = 1;
  Slots slots(weights);
  BalancerHash balancer(0);
  balancer.set_candidates(slots.all);
  std::map<EndpointSlot*, int> counts;
  for (int i = 0; i < 100'000; ++i) ++counts[&balancer.pick(key(i))];
  for (std::size_t i = 0; i < slots.all.size(); ++i) {
    if (i != 7) CHECK(counts[slots.all[i]] > 300);
  }
  auto only = std::vector{slots.all[7]};
  CHECK(&balancer.pick_among(only, key(1)) == slots.all[7]);
}

TEST_CASE("bounded, nobody gets more than its share of the load and a quarter") {
  Slots slots({1, 1, 2});
  BalancerHash balancer(125);
  balancer.set_candidates(slots.all);
  // All requests for one key: the endpoint that it belongs to is full first.
  char own = slots.letter(balancer.pick(key(1)));
  for (int i = 1; i <= 400; ++i) {
    EndpointSlot& slot = balancer.pick(key(1));
    slot.endpoint->enter();
    CHECK(slot.endpoint->load() * 4 * 100 < 125 * static_cast<unsigned>(i) * slot.weight + 400);
  }
  auto load = [&](char c) { return slots.of(std::string(1, c))[0]->endpoint->load(); };
  CHECK(load('a') + load('b') + load('c') == 400);
  unsigned weight = own == 'c' ? 2 : 1;
  CHECK(load(own) == 125 * weight);
}

TEST_CASE("bounded, a key stays with its endpoint while that has room") {
  Slots slots({1, 1, 1, 1});
  BalancerHash bounded(150);
  BalancerHash unbounded(0);
  bounded.set_candidates(slots.all);
  unbounded.set_candidates(slots.all);
  slots.set_loads({10, 10, 10, 10});
  CHECK(owners(slots, bounded, 1'000) == owners(slots, unbounded, 1'000));
  slots.set_loads({40, 10, 10, 10});
  std::string before = owners(slots, unbounded, 1'000);
  std::string after = owners(slots, bounded, 1'000);
  CHECK(share(after, 'a') == 0);
  for (std::size_t i = 0; i < before.size(); ++i) {
    if (before[i] != 'a') CHECK(after[i] == before[i]);
  }
}

TEST_CASE("bounded, a choice among some keeps to the bound too, where anybody is below it") {
  Slots slots({1, 1, 1, 1});
  BalancerHash bounded(150);
  BalancerHash unbounded(0);
  bounded.set_candidates(slots.all);
  unbounded.set_candidates(slots.all);
  slots.set_loads({10, 40, 10, 10});
  auto some = slots.of("bcd");
  auto rest = slots.of("cd");
  for (int i = 0; i < 1'000; ++i) {
    CHECK(&bounded.pick_among(some, key(i)) == &unbounded.pick_among(rest, key(i)));
  }
  auto only = slots.of("b");
  CHECK(&bounded.pick_among(only, key(1)) == slots.all[1]);
}

TEST_CASE("bounded, with many endpoints the load is summed up now and then, and still kept even") {
  Slots slots(std::vector<unsigned>(200, 1));
  BalancerHash balancer(125);
  balancer.set_candidates(slots.all);
  for (int i = 0; i < 20'000; ++i) balancer.pick(key(i % 50)).endpoint->enter();
  for (auto* slot : slots.all) CHECK(slot->endpoint->load() <= 126);
}

}  // namespace weir::upstream
