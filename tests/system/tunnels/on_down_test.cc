// What an active health check that begins to fail does to tunnels.

#include <doctest/doctest.h>

#include <atomic>
#include <list>

#include "system/tunnels/setup.h"

namespace weir::tunnels {

namespace {

constexpr int kTunnels = 20;

// An origin that is well until it is told otherwise, and echoes on tunnels.
FakeOrigin::Script echoing_while(const std::atomic<bool>& well) {
  return [&well](Connection& connection) {
    while (connection.another()) {
      if (connection.request_head().target() == "/healthz") {
        connection.send(well ? "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
                             : "HTTP/1.1 503 Sick\r\nContent-Length: 0\r\n\r\n");
        continue;
      }
      connection.send(kSwitch);
      while (connection.another()) connection.send(connection.read_some());
    }
  };
}

std::string config_with(const std::string& address, const std::string& on_down) {
  return "listen: \"127.0.0.1:0\"\nworkers: 2\nupstreams:\n  app:\n    endpoints: [\"" + address +
         "\"]\n    health_check: {path: /healthz, interval: 50ms, fall: 2}\n    on_down: " +
         on_down + "\n";
}

// Tunnels over all workers, each of which has passed a byte both ways.
void open_all(std::list<RawClient>& clients, const WeirProcess& weir) {
  for (int i = 0; i < kTunnels; ++i) {
    RawClient& client = clients.emplace_back(weir.address());
    REQUIRE(open(client).status() == 101);
    client.send("a");
    REQUIRE(client.read(1) == "a");
  }
  weir.wait_metric("weir_tunnels_open", kTunnels);
}

}  // namespace

TEST_CASE(
    "on_down: close_tunnels: probes that begin to fail break the tunnels of all workers off") {
  std::atomic<bool> well{true};
  FakeOrigin origin(echoing_while(well));
  WeirProcess weir(config_with(origin.address(), "close_tunnels"));
  std::list<RawClient> clients;
  open_all(clients, weir);
  well = false;
  for (RawClient& client : clients) {
    CHECK(client.read_to_end().empty());
    CHECK(client.end() == End::kReset);
  }
  weir.process().wait_err_line("is down: ");
  weir.wait_metric("weir_tunnels_open", 0);
  weir.wait_metric("weir_upstream_requests_in_flight", 0);
  // It is well again: new tunnels come.
  well = true;
  weir.wait_metric("weir_upstream_endpoint_up", 1);
  RawClient again(weir.address());
  CHECK(open(again).status() == 101);
}

TEST_CASE("on_down: keep: tunnels of an endpoint that goes down pass bytes on") {
  std::atomic<bool> well{true};
  FakeOrigin origin(echoing_while(well));
  WeirProcess weir(config_with(origin.address(), "keep"));
  std::list<RawClient> clients;
  open_all(clients, weir);
  well = false;
  weir.wait_metric("weir_upstream_endpoint_up", 0);
  RawClient refused(weir.address());
  CHECK(refused.get("/").status() == 503);
  for (RawClient& client : clients) {
    client.send("b");
    CHECK(client.read(1) == "b");
  }
  CHECK(weir.metric("weir_tunnels_open") == kTunnels);
}

}  // namespace weir::tunnels
