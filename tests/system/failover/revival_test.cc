#include <doctest/doctest.h>

#include <memory>

#include "support/load.h"
#include "system/failover/setup.h"

namespace weir::failover {

TEST_CASE("a backend is killed and revived under load, and no GET fails") {
  auto mortal = std::make_unique<BackendProcess>("mortal");
  BackendProcess other("other");
  std::string address = mortal->address();
  WeirProcess weir(config_of({address, other.address()}, {"fail_timeout: 200ms"}));
  std::string answers = of_endpoint("weir_upstream_requests_total", address);
  support::Load load(weir.address(), 4);
  for (int round = 0; round < 5; ++round) {
    CAPTURE(round);
    double before = weir.metric(answers);
    support::wait_until("answers of the living",
                        [&] { return weir.metric(answers) > before + 100; });
    mortal->process().kill();
    double failures = weir.metric("weir_upstream_failures_total");
    support::wait_until("a failure", [&] {
      return weir.metric("weir_upstream_failures_total") > failures ||
             weir.metric(of_endpoint("weir_upstream_endpoint_ejected", address)) == 1;
    });
    std::uint64_t well = load.well();
    support::wait_until("answers without the dead", [&] { return load.well() > well + 100; });
    mortal = std::make_unique<BackendProcess>("mortal", std::vector<std::string>{address});
  }
  double before = weir.metric(answers);
  support::wait_until("answers of the revived", [&] { return weir.metric(answers) > before; });
  load.join();
  CHECK(load.problems() == "");
  CHECK(weir.metric("weir_http_requests_total{code=\"200\"}") == static_cast<double>(load.well()));
  CHECK(weir.metric("weir_upstream_retries_total") > 0);
}

}  // namespace weir::failover
