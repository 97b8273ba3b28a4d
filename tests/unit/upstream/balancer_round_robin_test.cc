#include "upstream/balancer_round_robin.h"

#include <doctest/doctest.h>

#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "unit/upstream/slots.h"

namespace weir::upstream {

namespace {

using Counts = std::map<char, int>;

// What nginx's loop picks, without a balancer.
std::string nginx_picks(const std::vector<unsigned>& weights, int count) {
  std::vector<std::int64_t> current(weights.size());
  std::int64_t total = 0;
  for (unsigned weight : weights) total += weight;
  std::string text;
  for (int i = 0; i < count; ++i) {
    std::size_t best = 0;
    for (std::size_t k = 0; k < weights.size(); ++k) {
      current[k] += weights[k];
      if (current[k] > current[best]) best = k;
    }
    current[best] -= total;
    text += static_cast<char>('a' + best);
  }
  return text;
}

std::string picks(const std::vector<unsigned>& weights, int count, unsigned start = 0) {
  Slots slots(weights);
  BalancerRoundRobin balancer(start);
  balancer.set_candidates(slots.all);
  return slots.picks(balancer, count);
}

}  // namespace

TEST_CASE("equal weights take turns in the pool's order") {
  CHECK(picks({1, 1, 1}, 7) == "abcabca");
  CHECK(picks({7, 7, 7}, 7) == "abcabca");
}

TEST_CASE("where all weights differ the order is nginx's") {
  CHECK(picks({5, 1}, 12) == "aaabaaaaabaa");
  CHECK(picks({4, 2, 1}, 14) == "abacabaabacaba");
  for (const std::vector<unsigned>& weights : {std::vector<unsigned>{1, 2},
                                               {3, 2},
                                               {10, 1},
                                               {2, 3, 5},
                                               {3, 1},
                                               {100, 7, 3, 65535},
                                               {9, 8, 7, 6, 5, 4, 3, 2, 1}}) {
    CHECK(picks(weights, 300) == nginx_picks(weights, 300));
  }
}

TEST_CASE("a heavy one among equals comes without bursts, and the equals take turns") {
  // As nginx's loop over a group of 5 and a group of 2.
  CHECK(picks({5, 1, 1}, 14) == "abaaacaabaaaca");
  CHECK(picks({1, 3, 1, 1}, 12) == "abcbdbabcbdb");
}

TEST_CASE("the spread over a whole round is exactly that of the weights") {
  std::vector<unsigned> weights{7, 1, 13, 2, 2, 100, 2, 1};
  Slots slots(weights);
  BalancerRoundRobin balancer;
  balancer.set_candidates(slots.all);
  for (int round = 0; round < 4; ++round) {
    Counts counts = slots.counts(balancer, 128);
    for (std::size_t i = 0; i < weights.size(); ++i) {
      CHECK(counts[static_cast<char>('a' + i)] == static_cast<int>(weights[i]));
    }
  }
}

TEST_CASE("workers begin one place further each") {
  CHECK(picks({1, 1, 1}, 4, 1) == "bcab");
  CHECK(picks({1, 1, 1}, 4, 2) == "cabc");
  CHECK(picks({1, 1, 1}, 4, 3) == "abca");
  CHECK(picks({4, 2, 1}, 7, 3) == "cabaaba");
}

TEST_CASE("a lone candidate is picked and changes nothing for later") {
  Slots slots({3, 1});
  BalancerRoundRobin balancer;
  balancer.set_candidates(slots.of("b"));
  CHECK(slots.picks(balancer, 3) == "bbb");
  balancer.set_candidates(slots.all);
  CHECK(slots.picks(balancer, 4) == "aaba");
}

TEST_CASE("an endpoint that was away does not catch up on what it missed") {
  Slots slots({1, 1, 1, 5});
  BalancerRoundRobin balancer;
  balancer.set_candidates(slots.all);
  slots.picks(balancer, 3);
  balancer.set_candidates(slots.of("abd"));
  CHECK(slots.picks(balancer, 100).find('c') == std::string::npos);
  balancer.set_candidates(slots.all);
  CHECK(slots.counts(balancer, 80)['c'] == 10);
}

TEST_CASE("whose turn it is outlasts changes of the candidates") {
  Slots slots({1, 1, 1, 1, 1});
  BalancerRoundRobin balancer;
  balancer.set_candidates(slots.all);
  CHECK(slots.picks(balancer, 3) == "abc");
  balancer.set_candidates(slots.of("abde"));
  CHECK(slots.picks(balancer, 1) == "d");
  balancer.set_candidates(slots.all);
  CHECK(slots.picks(balancer, 1) == "e");
  balancer.forget();
  balancer.set_candidates(slots.of("bcde"));
  CHECK(slots.picks(balancer, 4) == "bcde");
}

TEST_CASE("changes before every pick do not favour the first, and keep to the weights") {
  std::vector<unsigned> weights{1, 1, 1, 2, 2, 5};
  Slots slots(weights);
  BalancerRoundRobin balancer;
  Counts counts;
  constexpr int kRounds = 1'000;
  for (int i = 0; i < 12 * kRounds; ++i) {
    balancer.set_candidates(slots.all);
    ++counts[slots.letter(balancer.pick(0))];
  }
  for (std::size_t i = 0; i < weights.size(); ++i) {
    CHECK(counts[static_cast<char>('a' + i)] == static_cast<int>(weights[i]) * kRounds);
  }
}

TEST_CASE("while others come and go at random, those that stay are picked by their weights") {
  std::mt19937 random(7);
  Slots slots({2, 2, 6, 1, 1, 6, 2});
  BalancerRoundRobin balancer;
  Counts counts;
  for (int i = 0; i < 200'000; ++i) {
    if (random() % 3 == 0) {
      std::string there = "abc";
      for (char c : {'d', 'e', 'f', 'g'}) {
        if (random() % 2 == 0) there += c;
      }
      if (random() % 4 == 0) balancer.forget();
      balancer.set_candidates(slots.of(there));
    } else if (i == 0) {
      balancer.set_candidates(slots.all);
    }
    ++counts[slots.letter(balancer.pick(0))];
  }
  CHECK(counts['a'] > counts['b'] * 0.97);
  CHECK(counts['a'] < counts['b'] * 1.03);
  CHECK(counts['c'] > 3 * counts['a'] * 0.97);
  CHECK(counts['c'] < 3 * counts['a'] * 1.03);
}

TEST_CASE("weights that changed are kept to at once, whatever was owed by the old ones") {
  Slots slots({1'000, 999, 1});
  BalancerRoundRobin balancer;
  balancer.set_candidates(slots.all);
  slots.picks(balancer, 1);
  balancer.forget();
  for (std::size_t i = 0; i < 3; ++i) slots.all[i]->weight = static_cast<unsigned>(i + 1);
  balancer.set_candidates(slots.all);
  Counts counts = slots.counts(balancer, 60);
  for (int i = 0; i < 3; ++i) {
    CHECK(counts[static_cast<char>('a' + i)] >= 10 * (i + 1) - 2);
    CHECK(counts[static_cast<char>('a' + i)] <= 10 * (i + 1) + 2);
  }
}

TEST_CASE("who leaves takes along what it owes: who comes then has its share at once") {
  std::vector<unsigned> weights(300, 4);
  weights[0] = 2;
  weights[1] = 3;
  Slots slots(weights);
  BalancerRoundRobin balancer;
  std::vector<EndpointSlot*> there{slots.all[0], slots.all[1], slots.all[2]};
  balancer.set_candidates(there);
  for (std::size_t next = 3; next < slots.all.size(); ++next) {
    while (&balancer.pick(0) != there[2]) {
    }
    // It was picked, and is replaced by another.
    balancer.forget();
    there[2] = slots.all[next];
    balancer.set_candidates(there);
  }
  std::map<EndpointSlot*, int> counts;
  for (int i = 0; i < 90; ++i) ++counts[&balancer.pick(0)];
  for (EndpointSlot* slot : there) {
    int share = 10 * static_cast<int>(slot->weight);
    CHECK(counts[slot] >= share - 2);
    CHECK(counts[slot] <= share + 2);
  }
}

TEST_CASE("a choice among some goes by their weights too") {
  Slots slots({3, 1, 1});
  BalancerRoundRobin balancer;
  balancer.set_candidates(slots.all);
  auto some = slots.of("ab");
  Counts counts;
  for (int i = 0; i < 40; ++i) ++counts[slots.letter(balancer.pick_among(some, 0))];
  CHECK(counts == Counts{{'a', 30}, {'b', 10}});
}

TEST_CASE("the largest weights do not overflow") {
  Slots slots(std::vector<unsigned>(1000, 65535));
  std::map<EndpointSlot*, int> counts;
  BalancerRoundRobin balancer;
  balancer.set_candidates(slots.all);
  for (int i = 0; i < 2000; ++i) ++counts[&balancer.pick(0)];
  for (auto* slot : slots.all) CHECK(counts[slot] == 2);
  for (int i = 0; i < 2000; ++i) ++counts[&pick_smoothly(slots.all)];
  for (auto* slot : slots.all) CHECK(counts[slot] == 4);
}

}  // namespace weir::upstream
