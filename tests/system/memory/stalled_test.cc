#include <doctest/doctest.h>
#include <sys/socket.h>

#include <future>
#include <list>
#include <utility>

#include "system/memory/setup.h"

namespace weir::memory {

namespace {

constexpr std::size_t kPairs = 24;
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

// Sends on each what it takes now. False: none took anything.
bool send_more(std::list<RawClient>& clients) {
  static const std::string piece(64 * kKilo, 'x');
  bool moved = false;
  for (RawClient& client : clients) {
    while (::send(client.descriptor(), piece.data(), piece.size(), MSG_DONTWAIT | MSG_NOSIGNAL) > 0)
      moved = true;
  }
  return moved;
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
  // Answers the first, and reads no body of the others.
  FakeOrigin origin(
      [end](support::Connection& connection) {
        if (!connection.request_head().fields.has("Content-Length")) {
          return connection.send("HTTP/1.1 204 No Content\r\n\r\n");
        }
        end.wait();
      },
      "127.0.0.1:0", 4096);
  // At the latest before the origin goes, which waits for its scripts.
  struct Ending {
    ~Ending() { now(); }
    void now() {
      if (!std::exchange(done, true)) over.set_value();
    }
    std::promise<void>& over;
    bool done = false;
  } ending{over};
  WeirProcess weir(config_to(origin.address()));
  CHECK(RawClient(weir.address()).get("/").status() == 204);
  Growth growth(weir.process());
  std::list<RawClient> clients;
  for (std::size_t i = 0; i < kPairs; ++i) {
    clients.emplace_back(weir.address())
        .send("PUT / HTTP/1.1\r\nHost: test\r\nContent-Length: 1000000000\r\n\r\n");
  }
  // All that is between here and there is full, and each pair has met its bound.
  support::wait_until("stalled uploads", [&] {
    while (send_more(clients)) {
    }
    return weir.metric(kHits) >= kPairs && !clients.front().writable(Milliseconds(50)) &&
           !send_more(clients);
  });
  std::uint64_t each = growth.each(kPairs);
  MESSAGE("bytes of each pair whose backend does not read: " << each);
  CHECK(each <= kMost);
  CHECK(each >= kWindow / 4);
  CHECK(weir.metric("weir_http_requests_in_flight") == kPairs);
  // Clients that are not read are not seen to leave.
  ending.now();
  weir.wait_metric("weir_http_requests_in_flight", 0);
}

}  // namespace weir::memory
