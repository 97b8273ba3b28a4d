#include <doctest/doctest.h>

#include <csignal>
#include <filesystem>
#include <string>

#include "system/reload/setup.h"

namespace weir::reload {

namespace {

constexpr const char* kHello = "routes: [{respond: {status: 200, body: hello}}]\n";

}  // namespace

TEST_CASE(
    "a listener that comes is served, one that goes is closed, one that stays is not touched") {
  WeirProcess weir(config(kHello, {"127.0.0.1:0", "127.0.0.2:0"}) + "workers: 2\n");
  RawClient stays(weir.address(0));
  RawClient leaves(weir.address(1));
  CHECK(stays.get("/").body == "hello");
  CHECK(leaves.get("/").body == "hello");
  weir.reload(config(kHello, {"127.0.0.3:0", "127.0.0.1:0"}) + "workers: 2\n");
  CHECK(RawClient(weir.address(2)).get("/").body == "hello");
  CHECK(refuses(weir.address(1)));
  CHECK(stays.get("/").body == "hello");
  // A connection that is open goes on, though its listener is no more.
  CHECK(leaves.get("/").body == "hello");
  CHECK(weir.metric("weir_connections_accepted_total{listener=\"" + weir.address(0) + "\"}") == 1);
}

TEST_CASE("connections that wait in the queue of a listener that goes are served") {
  // One worker that is busy with nothing else: what is sent before HUP waits or is accepted.
  WeirProcess weir(config(kHello, {"127.0.0.1:0", "127.0.0.2:0"}));
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 50; ++i) {
    clients.push_back(std::make_unique<RawClient>(weir.address(1)));
    clients.back()->send(get("/"));
  }
  weir.reload(config(kHello));
  for (auto& client : clients) CHECK(client->response().body == "hello");
  CHECK(refuses(weir.address(1)));
}

TEST_CASE("the file of a unix socket comes and goes with its listener") {
  WeirProcess weir(config(kHello));
  std::string path = weir.dir().path("weir.sock");
  weir.reload(config(kHello, {"127.0.0.1:0", "unix:" + path}));
  CHECK(RawClient("unix:" + path).get("/").body == "hello");
  weir.reload(config(kHello));
  CHECK(!std::filesystem::exists(path));
  weir.reload(config(kHello, {"127.0.0.1:0", "unix:" + path}));
  CHECK(RawClient("unix:" + path).get("/").body == "hello");
}

TEST_CASE("an address may leave and come back") {
  WeirProcess weir(config(kHello, {"127.0.0.1:0", "127.0.0.2:0"}));
  std::string address = weir.address(1);
  for (int i = 0; i < 5; ++i) {
    weir.reload(config(kHello));
    CHECK(refuses(address));
    weir.reload(config(kHello, {"127.0.0.1:0", address}));
    CHECK(RawClient(address).get("/").body == "hello");
  }
}

TEST_CASE(
    "at a graceful stop /readyz says so first, and timeouts.drain_delay later listeners close") {
  WeirProcess weir(config(std::string(kHello) + "timeouts: {drain_delay: 400ms}\n"));
  CHECK(RawClient(weir.admin()).get("/readyz").status() == 200);
  auto began = support::Clock::now();
  weir.process().signal(SIGQUIT);
  support::wait_until("/readyz is 503",
                      [&] { return RawClient(weir.admin()).get("/readyz").status() == 503; });
  CHECK(RawClient(weir.address()).get("/").body == "hello");
  CHECK(weir.process().wait() == 0);
  CHECK(support::Clock::now() - began >= support::Milliseconds(400));
}

}  // namespace weir::reload
