#include "admin/status_page.h"

#include <doctest/doctest.h>

#include <string>

#include "unit/observe/counted.h"
#include "unit/observe/probed.h"

namespace weir::admin {
namespace {

bool holds(const std::string& page, const std::string& text) {
  return page.find(text) != std::string::npos;
}

std::string page_of(const observe::Counted& counted, double after = 0, const State& state = {}) {
  std::string page;
  put_status_page(counted.source, state, counted.source.start_time + after, page);
  return page;
}

}  // namespace

TEST_CASE("the page tells version, state and uptime") {
  observe::Counted counted;
  State state;
  CHECK(holds(page_of(counted), "<h1>weir 0.1.0</h1>"));
  CHECK(holds(page_of(counted), "starting, up for 0s, 2 workers"));
  state.ready = true;
  CHECK(holds(page_of(counted, 59.9, state), "ready, up for 59s"));
  CHECK(holds(page_of(counted, 3'600, state), "up for 1h 0m 0s"));
  CHECK(holds(page_of(counted, 86'400 * 12 + 61, state), "up for 12d 0h 1m 1s"));
  CHECK(holds(page_of(counted, -5, state), "up for 0s"));
  state.draining = true;
  CHECK(holds(page_of(counted, 1, state), "draining, up for 1s"));
}

TEST_CASE("each endpoint is there with its state and the sum over the workers") {
  observe::Counted counted;
  counted.one.endpoints[0].answers.add(3);
  counted.two.endpoints[0].answers.add(4);
  counted.one.endpoints[0].in_flight.add(2);
  counted.two.endpoints[0].connections_idle.add(6);
  counted.one.endpoints[0].connections_active.add(2);
  auto page = page_of(counted);
  CHECK(holds(page,
              "<td>api<td>10.0.0.1:80<td>up<td class=\"n\">1<td class=\"n\">7<td class=\"n\">"
              "2<td class=\"n\">8\n"));
  CHECK(holds(page, "<td>10.0.0.2:80<td>down<td class=\"n\">5<td class=\"n\">0"));
  counted.put_aside_first();
  CHECK(holds(page_of(counted), "<td>10.0.0.1:80<td>put aside"));
}

TEST_CASE("what probes say of an endpoint is there with its reason and since when") {
  observe::Counted counted;
  observe::Probed probed(counted);
  probed.refuse_first();
  CHECK(holds(page_of(counted), "<td>10.0.0.1:80<td>down by its health checks for 0s: refused<td"));
  CHECK(holds(page_of(counted), "<td>10.0.0.2:80<td>down<td"));
}

TEST_CASE("names cannot write HTML") {
  observe::Counted counted;
  for (auto& worker : counted.source.workers) worker.endpoints[0].upstream = "<b>&\"";
  auto page = page_of(counted);
  CHECK(holds(page, "&lt;b&gt;&amp;&quot;"));
  CHECK_FALSE(holds(page, "<b>"));
}

TEST_CASE("a weir without pools has a page too") {
  observe::MetricsSource source;
  std::string page;
  put_status_page(source, {}, 0, page);
  CHECK(page.ends_with("</body></html>\n"));
  CHECK_FALSE(holds(page, "<table"));
}

}  // namespace weir::admin
