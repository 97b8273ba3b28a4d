// A real WebSocket client talks to a real server through weir.

#include <doctest/doctest.h>
#include <signal.h>

#include "support/patience.h"
#include "system/tunnels/setup.h"

namespace weir::tunnels {

namespace {

constexpr std::string_view kOpen = "weir_tunnels_open";

// The client ended well; else what it said is shown.
void check_well(Client& client) {
  int status = client.wait(Milliseconds(60'000));
  CHECK_MESSAGE(status == 0, client.err());
}

}  // namespace

TEST_CASE("messages of all sizes come back, pings are answered, both sides close in order") {
  Served served;
  Client client("echo", served.weir);
  check_well(client);
  served.server.wait_out_line("gone /echo 1000");
  served.weir.wait_metric(kOpen, 0);
  CHECK(served.weir.metric("weir_http_requests_total{code=\"101\"}") == 1);
  CHECK(served.weir.metric("weir_upstream_requests_total{code=\"101\"}") == 1);
  CHECK(served.weir.metric("weir_http_requests_in_flight") == 0);
  CHECK(served.weir.metric("weir_upstream_requests_in_flight") == 0);
  // The random ones among the messages, which no compression makes smaller.
  CHECK(served.weir.metric("weir_http_request_bytes_total") > 18'700'000);
  CHECK(served.weir.metric("weir_http_response_bytes_total") > 18'700'000);
  CHECK(served.weir.metric("weir_http_requests_rejected_total") == 0);
  CHECK(served.weir.metric("weir_timeouts_total") == 0);
}

TEST_CASE("200 tunnels are open at the same time, over two workers") {
  Served served("workers: 2\n");
  Client client("many", served.weir, 200);
  client.wait_out_line("open");
  CHECK(served.weir.metric(kOpen) == 200);
  CHECK(served.weir.metric("weir_http_requests_in_flight") == 200);
  CHECK(served.weir.metric("weir_upstream_connections{state=\"active\"}") == 200);
  client.signal(SIGUSR1);
  check_well(client);
  served.weir.wait_metric(kOpen, 0);
  served.weir.wait_metric("weir_connections_open", 0);
  CHECK(served.weir.metric("weir_upstream_connections") == 0);
  CHECK(served.weir.metric("weir_http_requests_total{code=\"101\"}") == 200);
}

TEST_CASE("the server closes first, with its own code and reason") {
  Served served;
  Client client("bye", served.weir);
  check_well(client);
  served.weir.wait_metric(kOpen, 0);
}

TEST_CASE("subprotocol and extensions are agreed upon through weir") {
  Served served;
  Client client("chat", served.weir);
  check_well(client);
}

TEST_CASE("the server's refusal arrives as it is") {
  Served served;
  Client client("secret", served.weir);
  check_well(client);
  CHECK(served.weir.metric("weir_http_requests_total{code=\"401\"}") == 1);
  CHECK(served.weir.metric("weir_http_requests_total{code=\"101\"}") == 0);
}

TEST_CASE("where the route does not allow it no upgrade is asked for") {
  Served served("routes: [{upstream: app, upgrade: []}]\n");
  // The server hears of a GET without an Upgrade.
  Client client("refused", served.weir, 426);
  check_well(client);
  CHECK(served.weir.metric("weir_upstream_requests_total{code=\"426\"}") == 1);
}

TEST_CASE("a client that is killed frees its tunnel and the server hears of it") {
  Served served;
  Client client("hold", served.weir);
  client.wait_out_line("open");
  client.signal(SIGKILL);
  served.server.wait_out_line("gone /echo 1006");
  served.weir.wait_metric(kOpen, 0);
  served.weir.wait_metric("weir_upstream_connections", 0);
}

TEST_CASE("a server that is killed frees its tunnels and the client hears of it") {
  Served served;
  Client client("cut", served.weir);
  client.wait_out_line("open");
  served.server.signal(SIGKILL);
  client.wait_out_line("cut");
  check_well(client);
  served.weir.wait_metric(kOpen, 0);
}

TEST_CASE("a client that fell silent loses its tunnel at tunnel_idle") {
  Served served("timeouts: {tunnel_idle: 700ms}\n");
  Client silent("cut", served.weir);
  silent.wait_out_line("open");
  silent.wait_out_line("cut");
  served.server.wait_out_line("gone /echo 1006");
  check_well(silent);
  served.weir.process().wait_err_line("timeouts.tunnel_idle (700ms) passed without a byte");
  CHECK(served.weir.metric("weir_timeouts_total{phase=\"tunnel_idle\"}") == 1);
}

TEST_CASE("QUIT: tunnels go on, and weir ends with the last one") {
  Served served("timeouts: {drain: 1m}\n");
  Client client("hold", served.weir);
  client.wait_out_line("open");
  served.weir.process().signal(SIGQUIT);
  support::wait_until(
      "the drain", [&] { return RawClient(served.weir.admin()).get("/readyz").status() == 503; });
  client.signal(SIGUSR1);
  client.wait_out_line("alive");
  check_well(client);
  CHECK(served.weir.process().wait() == 0);
}

TEST_CASE("QUIT: at timeouts.drain tunnels are cut") {
  Served served("timeouts: {drain: 500ms}\n");
  Client client("cut", served.weir);
  client.wait_out_line("open");
  served.weir.process().signal(SIGQUIT);
  client.wait_out_line("cut");
  check_well(client);
  served.server.wait_out_line("gone /echo 1006");
  CHECK(served.weir.process().wait() == 0);
}

TEST_CASE("a tunnel survives a reload, also one that takes its route and backend away") {
  Served served;
  Client client("hold", served.weir);
  client.wait_out_line("open");
  served.weir.reload("listen: \"127.0.0.1:0\"\nroutes: [{respond: {status: 200, body: other}}]\n");
  support::wait_until("the new answer",
                      [&] { return RawClient(served.weir.address()).get("/").body == "other"; });
  client.signal(SIGUSR1);
  client.wait_out_line("alive");
  check_well(client);
}

}  // namespace weir::tunnels
