#include <doctest/doctest.h>

#include <csignal>

#include "system/memory/setup.h"

namespace weir::memory {

namespace {

const std::string kWell =
    "listen: \"127.0.0.1:0\"\nroutes: [{respond: {status: 200, body: \"well\"}}]\n";
// Behind a second an idle connection rests.
constexpr Milliseconds kRested{1500};

}  // namespace

TEST_CASE("a connection that rests is answered, and rests again") {
  WeirProcess weir(kWell);
  RawClient client(weir.address());
  for (int i = 0; i < 2; ++i) {
    support::Message answer = client.get("/");
    CHECK(answer.status() == 200);
    CHECK(answer.body == "well");
    CHECK_FALSE(client.readable(kRested));
  }
  // A request in two pieces, and two in one.
  client.send("GET / HTTP/1.1\r\nHo");
  client.send("st: a\r\n\r\n" + support::get("/") + support::get("/"));
  for (int i = 0; i < 3; ++i) CHECK(client.response().body == "well");
  CHECK(weir.metric("weir_connections_accepted_total") == 1);
}

TEST_CASE("a connection that rests is closed at client_idle") {
  WeirProcess weir(kWell + "timeouts: {client_idle: 2s}\n");
  RawClient client(weir.address());
  CHECK(client.get("/").status() == 200);
  CHECK_FALSE(client.readable(kRested));
  CHECK(client.read_to_end().empty());
  CHECK(client.end() == support::End::kFin);
  CHECK(weir.metric("weir_timeouts_total{phase=\"client_idle\"}") == 1);
  CHECK(weir.metric("weir_connections_closed_total{reason=\"idle_timeout\"}") == 1);
}

TEST_CASE("a connection that rests is closed by a drain, and by its client") {
  WeirProcess weir(kWell);
  RawClient leaves(weir.address());
  RawClient resets(weir.address());
  RawClient stays(weir.address());
  for (RawClient* client : {&leaves, &resets, &stays}) CHECK(client->get("/").status() == 200);
  CHECK_FALSE(stays.readable(kRested));
  leaves.close();
  resets.reset();
  weir.wait_metric("weir_connections_open", 1);
  CHECK(weir.metric("weir_connections_closed_total{reason=\"client\"}") == 2);
  weir.process().signal(SIGQUIT);
  CHECK(stays.read_to_end().empty());
  CHECK(stays.end() == support::End::kFin);
  CHECK(weir.process().wait() == 0);
}

}  // namespace weir::memory
