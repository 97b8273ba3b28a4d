#include <doctest/doctest.h>
#include <sys/socket.h>

#include <future>
#include <list>

#include "system/memory/setup.h"

namespace weir::memory {

namespace {

constexpr std::size_t kPairs = 16;
constexpr std::uint64_t kWindow = 256 * kKilo;
// A pair has a window in each direction; beside them each side's objects, and what one read brings.
constexpr std::uint64_t kMost = 2 * kWindow + 64 * kKilo;

const std::string kHits = "weir_limit_hits_total{limit=\"buffer_per_stream\"}";

std::string config_to(const std::string& address) {
  return "listen: \"127.0.0.1:0\"\nlimits: {buffer_per_stream: 256k}\n"
         "timeouts: {client_write: 10m, client_body: 10m}\n"
         "upstreams: {app: {endpoints: [\"" +
         address + "\"], timeouts: {read: 10m, write: 10m}}}\n";
}

// Sends until the connection has taken nothing for a while; how much went.
std::uint64_t send_until_stalled(std::list<RawClient>& clients) {
  const std::string piece(64 * kKilo, 'x');
  std::uint64_t sent = 0;
  bool moved = true;
  while (moved) {
    moved = false;
    for (RawClient& client : clients) {
      if (!client.writable(Milliseconds(moved ? 0 : 10))) continue;
      ssize_t took =
          ::send(client.descriptor(), piece.data(), piece.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
      if (took <= 0) continue;
      sent += static_cast<std::uint64_t>(took);
      moved = true;
    }
  }
  return sent;
}

}  // namespace

TEST_CASE("a client that stops reading costs at most the windows of its pair" *
          doctest::skip(kUnmeasurable)) {
  BackendProcess backend;
  WeirProcess weir(config_to(backend.address()));
  CHECK(RawClient(weir.address()).get("/bytes/1000").status() == 200);
  Growth growth(weir.process());
  std::list<RawClient> clients;
  for (std::size_t i = 0; i < kPairs; ++i) {
    clients.emplace_back(weir.address(), 4096).send(support::get("/bytes/100000000"));
  }
  weir.wait_metric(kHits, kPairs);
  std::uint64_t each = growth.each(kPairs);
  MESSAGE("bytes of each pair whose client does not read: " << each);
  CHECK(each <= kMost);
  clients.clear();
  weir.wait_metric("weir_http_requests_in_flight", 0);
}

TEST_CASE("a backend that stops reading costs at most the windows of its pair" *
          doctest::skip(kUnmeasurable)) {
  std::promise<void> over;
  std::shared_future<void> end = over.get_future().share();
  FakeOrigin origin(
      [end](support::Connection& connection) {
        support::Message request = connection.request_head();
        end.wait();
      },
      "127.0.0.1:0", 4096);
  // Before the origin, which waits for its scripts.
  struct Ending {
    ~Ending() { over.set_value(); }
    std::promise<void>& over;
  } ending{over};
  WeirProcess weir(config_to(origin.address()));
  Growth growth(weir.process());
  std::list<RawClient> clients;
  for (std::size_t i = 0; i < kPairs; ++i) {
    clients.emplace_back(weir.address())
        .send("PUT / HTTP/1.1\r\nHost: test\r\nContent-Length: 100000000\r\n\r\n");
  }
  send_until_stalled(clients);
  std::uint64_t each = growth.each(kPairs);
  MESSAGE("bytes of each pair whose backend does not read: " << each);
  CHECK(each <= kMost);
  clients.clear();
  weir.wait_metric("weir_http_requests_in_flight", 0);
}

}  // namespace weir::memory
