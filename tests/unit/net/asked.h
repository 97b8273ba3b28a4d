#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "net/resolver.h"
#include "unit/net/live.h"

namespace weir::net {

// Options that ask these servers ("127.0.0.1:5353").
ResolverOptions ask_at(const std::vector<std::string>& servers, base::Duration timeout = kPatience);
// The addresses of an answer.
std::vector<std::string> texts(const LookupAnswer& answer);

// A look-up and what it said.
class Asked final : public LookupEvents {
 public:
  Asked(Live& live, Resolver& resolver, const std::string& name);

  [[nodiscard]] bool ended() const { return answer_.has_value(); }
  // Runs the loop until it said something; calls `meanwhile` again and again.
  template <class Meanwhile>
  LookupAnswer wait(Meanwhile meanwhile) {
    live_.until([&] {
      meanwhile();
      return ended();
    });
    return answer_.value_or(LookupAnswer{});
  }
  LookupAnswer wait() {
    return wait([] {});
  }

  bool destroy_in_event = false;
  std::unique_ptr<Lookup> lookup;

 private:
  void on_lookup(Lookup& from, LookupAnswer answer) override;

  Live& live_;
  std::optional<LookupAnswer> answer_;
};

}  // namespace weir::net
