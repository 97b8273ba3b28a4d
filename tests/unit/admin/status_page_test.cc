#include "admin/status_page.h"

#include <doctest/doctest.h>

#include <string>

namespace weir::admin {
namespace {

bool holds(const std::string& page, const std::string& text) {
  return page.find(text) != std::string::npos;
}

std::string page_of(const Status& status) {
  std::string page;
  put_status_page(status, page);
  return page;
}

Status with(const EndpointStatus& endpoint) {
  Status status;
  status.upstreams.push_back({"api", 0, {endpoint}});
  return status;
}

}  // namespace

TEST_CASE("the page tells version, state and uptime") {
  Status status;
  status.version = "0.1.0";
  status.state = "ready";
  status.now = 1'000;
  status.start_time = 941;
  status.workers.resize(2);
  std::string page = page_of(status);
  CHECK(holds(page, "<h1>weir 0.1.0</h1>"));
  CHECK(holds(page, "ready, up for 59s, 2 workers"));
  status.workers.resize(1);
  CHECK(holds(page_of(status), "1 worker<"));
}

TEST_CASE("each endpoint is there with its state and its counts") {
  EndpointStatus endpoint;
  endpoint.address = "10.0.0.1:80";
  endpoint.answers = 7;
  endpoint.errors = 3;
  endpoint.in_flight = 2;
  endpoint.connections = {2, 6};
  endpoint.mean_s = 0.0123;
  CHECK(holds(page_of(with(endpoint)),
              "<td>api<td>10.0.0.1:80<td>up<td class=\"n\">1<td class=\"n\">7<td class=\"n\">3"
              "<td class=\"n\">2<td class=\"n\">8<td class=\"n\">12.3 ms\n"));
}

TEST_CASE("a state is there with how long it has been so, and why") {
  EndpointStatus endpoint;
  endpoint.state = EndpointState::kDown;
  endpoint.reason = "refused";
  endpoint.for_s = 61;
  CHECK(holds(page_of(with(endpoint)), "<td>down for 1m 1s: refused<td"));
  endpoint = {};
  endpoint.backup = true;
  CHECK(holds(page_of(with(endpoint)), "<td>up, backup<td"));
}

TEST_CASE("names cannot write HTML") {
  EndpointStatus endpoint;
  endpoint.reason = "<i>";
  Status status = with(endpoint);
  status.upstreams[0].name = "<b>&\"";
  auto page = page_of(status);
  CHECK(holds(page, "&lt;b&gt;&amp;&quot;"));
  CHECK_FALSE(holds(page, "<b>"));
  CHECK_FALSE(holds(page, "<i>"));
}

TEST_CASE("a weir without pools has a page too") {
  std::string page = page_of({});
  CHECK(page.ends_with("</body></html>\n"));
  CHECK_FALSE(holds(page, "<table"));
}

}  // namespace weir::admin
