#include <doctest/doctest.h>

#include <list>

#include "system/limits/setup.h"

namespace weir::limits {

namespace {

// So many clients that have asked.
std::list<RawClient> asking(const WeirProcess& weir, int count) {
  std::list<RawClient> clients;
  for (int i = 0; i < count; ++i) clients.emplace_back(weir.address()).send(support::get("/"));
  return clients;
}

// Takes the answers that have come; how many.
int answered(std::list<RawClient>& clients) {
  int count = 0;
  for (RawClient& client : clients) {
    if (!client.readable()) continue;
    CHECK(client.response().status() == 200);
    ++count;
  }
  return count;
}

}  // namespace

TEST_CASE("limits.connections is one bound over all workers, none has a share of its own") {
  WeirProcess weir(answering("workers: 2\nlimits: {connections: 7}\n"));
  std::list<RawClient> clients = asking(weir, 30);
  // Also where the kernel gave one worker nine of ten clients, the places are all taken.
  weir.wait_metric("weir_connections_accepted_total", 7);
  for (int served = 7; served < 30; ++served) {
    support::wait_until("an answer", [&] {
      for (auto client = clients.begin(); client != clients.end(); ++client) {
        if (!client->readable()) continue;
        CHECK(client->response().status() == 200);
        clients.erase(client);
        return true;
      }
      return false;
    });
    weir.wait_metric("weir_connections_accepted_total", served + 1);
    CHECK(weir.metric("weir_connections_open") <= 7);
  }
  support::wait_until("the last answers", [&] { return answered(clients) == 7; });
  CHECK(weir.metric(hits_of("connections")) >= 1);
  clients.clear();
  weir.wait_metric("weir_connections_open", 0);
}

TEST_CASE("a listener's own bound is exact over all workers, and a reload raises it") {
  std::string listener =
      "workers: 2\nroutes: [{respond: {status: 200, body: \"well\"}}]\n"
      "listen: [{address: \"127.0.0.1:0\", connections: ";
  WeirProcess weir(listener + "3}]\n");
  std::list<RawClient> clients = asking(weir, 12);
  weir.wait_metric("weir_connections_accepted_total", 3);
  CHECK(weir.metric("weir_connections_open") == 3);
  CHECK(weir.metric(hits_of("connections")) >= 1);
  weir.reload(listener + "0}]\n");
  weir.wait_metric("weir_connections_open", 12);
  for (RawClient& client : clients) CHECK(client.response().status() == 200);
}

TEST_CASE("limits.per_client: one client more is reset, others come in, and so does it later") {
  WeirProcess weir(answering("workers: 2\nlimits: {per_client: 3}\n"));
  std::list<RawClient> clients;
  for (int i = 0; i < 3; ++i) {
    CHECK(clients.emplace_back(weir.address()).get("/").status() == 200);
  }
  for (int i = 0; i < 4; ++i) {
    RawClient refused(weir.address());
    CHECK(refused.read_to_end().empty());
    CHECK(refused.end() == End::kReset);
  }
  weir.wait_metric(hits_of("per_client"), 4);
  CHECK(RawClient(weir.address(1)).get("/").status() == 200);
  CHECK(weir.metric("weir_connections_accepted_total") == 4);
  clients.pop_front();
  weir.wait_metric("weir_connections_open", 2);
  CHECK(RawClient(weir.address()).get("/").status() == 200);
}

}  // namespace weir::limits
