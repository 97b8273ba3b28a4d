#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "unit/upstream/world.h"
#include "upstream/balancer.h"

namespace weir::upstream {

// Slots a, b, c, ... of the given weights, for tests of balancers: picks as texts.
struct Slots {
  explicit Slots(const std::vector<unsigned>& weights) : world(endpoints(weights)) {
    for (const auto& slot : world.make_pool().slots()) all.push_back(slot.get());
  }
  static std::vector<EndpointOptions> endpoints(const std::vector<unsigned>& weights) {
    std::vector<EndpointOptions> made(weights.size());
    for (std::size_t i = 0; i < weights.size(); ++i) made[i].weight = weights[i];
    return made;
  }
  [[nodiscard]] char letter(const EndpointSlot& slot) const {
    char c = 'a';
    for (auto* one : all) {
      if (one == &slot) return c;
      ++c;
    }
    return '?';
  }
  // Those of these letters, in order.
  [[nodiscard]] std::vector<EndpointSlot*> of(const std::string& letters) const {
    std::vector<EndpointSlot*> some;
    for (char c : letters) some.push_back(all.at(static_cast<std::size_t>(c - 'a')));
    return some;
  }
  // So many leases on each, in order.
  void set_loads(const std::vector<std::uint32_t>& loads) const {
    for (std::size_t i = 0; i < all.size(); ++i) {
      while (all[i]->endpoint->load() > loads[i]) all[i]->endpoint->leave();
      while (all[i]->endpoint->load() < loads[i]) all[i]->endpoint->enter();
    }
  }
  std::string picks(Balancer& balancer, int count, std::uint64_t key = 0) const {
    std::string text;
    for (int i = 0; i < count; ++i) text += letter(balancer.pick(key));
    return text;
  }
  std::map<char, int> counts(Balancer& balancer, int count) const {
    std::map<char, int> found;
    for (int i = 0; i < count; ++i) ++found[letter(balancer.pick(0))];
    return found;
  }

  World world;
  std::vector<EndpointSlot*> all;
};

}  // namespace weir::upstream
