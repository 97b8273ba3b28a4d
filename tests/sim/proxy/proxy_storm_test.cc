#include "sim/proxy/proxy_storm.h"

#include <doctest/doctest.h>

#include <array>

#include "support/sanitizers.h"

namespace weir::sim {

namespace {

constexpr bool kSlow = support::kAsan || support::kTsan || support::kUbsan;
constexpr std::uint64_t kStorms = kSlow ? 40 : 200;
constexpr int kSteps = 1'500;

// What came of exchanges, over all storms: one that nothing happens in finds nothing.
class Weathered {
 public:
  void add(const ProxyWorld& world) {
    for (std::size_t i = 0; i < reasons_.size(); ++i) {
      reasons_[i] += world.ended_by(static_cast<http::Reason>(i));
    }
    for (std::size_t i = 0; i < phases_.size(); ++i) {
      phases_[i] += world.late_in(static_cast<http::Phase>(i));
    }
  }
  void check() const {
    using http::Phase;
    using http::Reason;
    for (Reason one :
         {Reason::kNone, Reason::kBadRequest, Reason::kBadBody, Reason::kBodyTooLarge,
          Reason::kNoRoute, Reason::kClientClosed, Reason::kUpstreamConnect, Reason::kUpstreamReset,
          Reason::kUpstreamMalformed, Reason::kUpstreamTimeout, Reason::kUpstreamCut}) {
      CHECK_MESSAGE(reasons_[static_cast<std::size_t>(one)] > 0, http::text_of(one));
    }
    for (Phase one : {Phase::kClientHeader, Phase::kClientIdle, Phase::kUpstreamConnect,
                      Phase::kUpstreamFirstByte, Phase::kUpstreamRead}) {
      CHECK_MESSAGE(phases_[static_cast<std::size_t>(one)] > 0, http::text_of(one));
    }
  }

 private:
  std::array<std::uint64_t, static_cast<std::size_t>(http::Reason::kCount)> reasons_{};
  std::array<std::uint64_t, static_cast<std::size_t>(http::Phase::kCount)> phases_{};
};

}  // namespace

TEST_CASE("whatever happens around a worker, it tells no lies, loses nothing and comes to rest") {
  std::size_t answered = 0;
  Weathered weathered;
  std::size_t storms = support::over_seeds("proxy", kStorms, [&](std::uint64_t seed) {
    ProxyStorm storm(seed);
    storm.blow(kSteps);
    storm.finish();
    answered += storm.answered();
    weathered.add(storm.world());
  });
  // There was something to lose; in a single one, that is replayed, there may not be.
  if (storms == 1) return;
  CHECK(answered > 50 * storms);
  weathered.check();
}

}  // namespace weir::sim
