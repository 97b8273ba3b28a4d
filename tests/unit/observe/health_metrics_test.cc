#include "observe/health_metrics.h"

#include <doctest/doctest.h>

#include "observe/metrics.h"
#include "unit/observe/probed.h"

namespace weir::observe {

namespace {

bool holds(const Counted& counted, const std::string& line) {
  return Metrics(counted.source).render().find("\n" + line + "\n") != std::string::npos;
}

}  // namespace

TEST_CASE("probes are counted by endpoint and result; what is not probed has no series") {
  Counted counted;
  Probed probed(counted);
  probed.answer_first("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  const std::string name = "weir_upstream_health_checks_total{upstream=\"api\",endpoint=\"";
  CHECK(holds(counted, name + "10.0.0.1:80\",result=\"ok\"} 1"));
  CHECK(holds(counted, name + "10.0.0.1:80\",result=\"failed\"} 0"));
  CHECK(Metrics(counted.source).render().find(name + "10.0.0.2") == std::string::npos);
}

TEST_CASE("failed probes are counted, and the endpoint is down") {
  Counted counted;
  Probed probed(counted);
  probed.refuse_first();
  const std::string labels = "{upstream=\"api\",endpoint=\"10.0.0.1:80\"";
  CHECK(holds(counted, "weir_upstream_health_checks_total" + labels + ",result=\"failed\"} 1"));
  CHECK(holds(counted, "weir_upstream_endpoint_up" + labels + "} 0"));
}

TEST_CASE("a weir that probes nothing has the family without series") {
  Counted counted;
  std::string text = Metrics(counted.source).render();
  CHECK(text.find("# TYPE weir_upstream_health_checks_total counter") != std::string::npos);
  CHECK(text.find("weir_upstream_health_checks_total{") == std::string::npos);
}

}  // namespace weir::observe
