#include "upstream/balancer_round_robin.h"

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <vector>

#include "unit/upstream/world.h"

namespace weir::upstream {

namespace {

// Slots a, b, c, ... of the given weights.
struct Slots {
  explicit Slots(const std::vector<unsigned>& weights) : world(endpoints(weights)) {
    for (const auto& slot : world.make_pool().slots()) all.push_back(slot.get());
  }
  static std::vector<EndpointOptions> endpoints(const std::vector<unsigned>& weights) {
    std::vector<EndpointOptions> made(weights.size());
    for (std::size_t i = 0; i < weights.size(); ++i) made[i].weight = weights[i];
    return made;
  }
  char letter(const EndpointSlot& slot) const {
    char c = 'a';
    for (auto* one : all) {
      if (one == &slot) return c;
      ++c;
    }
    return '?';
  }
  std::string picks(int count, const std::vector<EndpointSlot*>& candidates) {
    balancer.set_candidates(candidates);
    std::string text;
    for (int i = 0; i < count; ++i) text += letter(balancer.pick(0));
    return text;
  }

  World world;
  std::vector<EndpointSlot*> all;
  BalancerRoundRobin balancer;
};

}  // namespace

TEST_CASE("equal weights take turns in the pool's order") {
  Slots slots({1, 1, 1});
  CHECK(slots.picks(7, slots.all) == "abcabca");
}

TEST_CASE("weights 5 1 1 give nginx's sequence, not five in a row") {
  Slots slots({5, 1, 1});
  CHECK(slots.picks(14, slots.all) == "aabacaaaabacaa");
}

TEST_CASE("other weights give the sequences that nginx's loop gives") {
  struct Row {
    std::vector<unsigned> weights;
    std::string sequence;
  };
  for (const Row& row :
       {Row{{1, 2}, "babbab"}, Row{{4, 2, 1}, "abacabaabacaba"}, Row{{3, 2}, "ababaababa"},
        Row{{10, 1}, "aaaaabaaaaa"}, Row{{2, 3, 5}, "cbacbccabc"}, Row{{3, 1}, "aabaaaba"}}) {
    Slots slots(row.weights);
    CHECK(slots.picks(static_cast<int>(row.sequence.size()), slots.all) == row.sequence);
  }
}

TEST_CASE("a lone candidate is picked and changes nothing for later") {
  Slots slots({3, 1});
  CHECK(slots.picks(3, {slots.all[1]}) == "bbb");
  CHECK(slots.picks(4, slots.all) == "aaba");
}

TEST_CASE("the spread over a whole round is exactly that of the weights") {
  std::vector<unsigned> weights{7, 1, 13, 2, 2, 100};
  Slots slots(weights);
  std::map<char, unsigned> counts;
  for (char c : slots.picks(125 * 4, slots.all)) ++counts[c];
  for (std::size_t i = 0; i < weights.size(); ++i) {
    CHECK(counts[static_cast<char>('a' + i)] == weights[i] * 4);
  }
}

TEST_CASE("an endpoint that was away does not catch up on what it missed") {
  Slots slots({1, 1, 1});
  slots.picks(3, slots.all);
  CHECK(slots.picks(100, {slots.all[0], slots.all[1]}).find('c') == std::string::npos);
  std::map<char, int> counts;
  for (char c : slots.picks(30, slots.all)) ++counts[c];
  CHECK(counts['c'] == 10);
}

TEST_CASE("the largest weights do not overflow") {
  Slots slots(std::vector<unsigned>(1000, 65535));
  std::map<EndpointSlot*, int> counts;
  slots.balancer.set_candidates(slots.all);
  for (int i = 0; i < 2000; ++i) ++counts[&slots.balancer.pick(0)];
  for (auto* slot : slots.all) CHECK(counts[slot] == 2);
}

}  // namespace weir::upstream
