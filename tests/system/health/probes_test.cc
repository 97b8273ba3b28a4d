#include <doctest/doctest.h>

#include <algorithm>

#include "support/sanitizers.h"
#include "system/health/setup.h"

namespace weir::health {

namespace {

const std::string kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

}  // namespace

TEST_CASE("probes are sent once for the process, not for each worker, and counted") {
  FakeOrigin origin(FakeOrigin::answering(kOk));
  auto begin = Clock::now();
  WeirProcess weir(config_of({origin.address()}, "path: /healthz, interval: 100ms") +
                   "workers: 2\n");
  origin.wait_requests(12);
  auto passed = std::chrono::duration_cast<Milliseconds>(Clock::now() - begin).count();
  auto counted = static_cast<std::size_t>(weir.metric(probes_of(origin.address(), "ok")));
  auto requests = origin.requests();
  // The last ones may still be under way.
  CHECK(counted >= 11);
  CHECK(requests.size() <= counted + 2);
  // The first, one for the spread start, and one for each pause of 80 ms at least.
  CHECK(requests.size() <= static_cast<std::size_t>(passed / 80 + 3));
  CHECK(weir.metric(probes_of(origin.address(), "failed")) == 0);
  CHECK(origin.connections() >= requests.size());  // each has a connection of its own
  for (const Message& request : requests) {
    CHECK(request.start_line == "GET /healthz HTTP/1.1");
    CHECK(request.fields.value("Host") == origin.address());
    CHECK(request.fields.value("User-Agent") == "weir-health");
    CHECK(request.fields.value("Connection") == "close");
  }
  CHECK(origin.problems().empty());
}

TEST_CASE("method, host, statuses and body are what the file says") {
  FakeOrigin origin([](Connection& connection) {
    Message request = connection.request();
    bool asked = request.start_line == "OPTIONS /ready?a=b HTTP/1.1" &&
                 request.fields.value("Host") == "api.example.com";
    connection.send(asked ? "HTTP/1.1 418 Teapot\r\n\r\nall is well here"
                          : "HTTP/1.1 200 OK\r\n\r\n");
  });
  WeirProcess weir(config_of({origin.address()},
                             "path: \"/ready?a=b\", method: OPTIONS, host: api.example.com, "
                             "expect: [204, 410-420], body: is well, interval: 50ms"));
  origin.wait_requests(3);
  CHECK(weir.metric(of_endpoint("weir_upstream_endpoint_up", origin.address())) == 1);
  CHECK(weir.metric(probes_of(origin.address(), "failed")) == 0);
  weir.reload(config_of({origin.address()},
                        "path: \"/ready?a=b\", method: OPTIONS, host: api.example.com, "
                        "expect: 418, body: is bad, interval: 50ms"));
  weir.process().wait_err_line(origin.address() +
                               " is down: body without 'is bad' (3 probes failed in a row)");
}

TEST_CASE("a TCP probe needs a listener that accepts, and no HTTP") {
  FakeOrigin silent([](Connection& connection) { connection.read_to_end(); });
  RefusingPort refusing;
  WeirProcess weir(config_of({silent.address(), refusing.address()}, "tcp: on, interval: 50ms"));
  CHECK(weir.metric(of_endpoint("weir_upstream_endpoint_up", silent.address())) == 1);
  CHECK(weir.metric(of_endpoint("weir_upstream_endpoint_up", refusing.address())) == 0);
  silent.wait_connections(3);
  silent.stop_listening();
  weir.process().wait_err_line(silent.address() + " is down: refused (3 probes failed in a row)");
}

TEST_CASE("the status page says what probes found, why and for how long") {
  RefusingPort refusing;
  BackendProcess good("good");
  WeirProcess weir(config_of({refusing.address(), good.address()}, "path: /healthz"));
  std::string page = RawClient(weir.admin()).get("/").body;
  CHECK(page.find(refusing.address() + "<td>down for ") != std::string::npos);
  CHECK(page.find(": refused<td") != std::string::npos);
  CHECK(page.find(good.address() + "<td>up for ") != std::string::npos);
}

TEST_CASE("hostile answers cost a probe and nothing else") {
  FakeOrigin endless([](Connection& connection) {
    connection.request();
    connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    // Until weir closes, which makes this throw.
    for (int i = 0; i < 100'000; ++i) connection.send("400\r\n" + std::string(1024, 'x') + "\r\n");
  });
  FakeOrigin garbage(FakeOrigin::answering(std::string(1000, '\x01')));
  WeirProcess weir(config_of({endless.address(), garbage.address()},
                             "interval: 20ms, timeout: 1s, body: never"));
  std::uint64_t before = weir.process().rss();
  support::wait_until("fifty probes of each", [&] {
    return weir.metric(probes_of(endless.address(), "failed")) >= 50 &&
           weir.metric(probes_of(garbage.address(), "failed")) >= 50;
  });
  if (!support::kAsan) CHECK(weir.process().rss() < before + 30'000'000);
  std::string page = RawClient(weir.admin()).get("/").body;
  CHECK(page.find("body without 'never'") != std::string::npos);
  CHECK(page.find("malformed") != std::string::npos);
  CHECK(RawClient(weir.address()).get("/").status() == 503);
}

}  // namespace weir::health
