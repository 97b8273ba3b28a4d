#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>

#include "system/proxying/setup.h"

namespace weir::proxying {

namespace {

constexpr std::uint64_t kGiB = std::uint64_t{1} << 30;
constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;
constexpr std::uint64_t kGrowthMax = 16 * kMiB;
// How much passes at a bounded speed, and how fast: 8 MiB a second, for two seconds.
constexpr std::uint64_t kSlowBytes = 16 * kMiB;
constexpr std::uint64_t kSlice = 64 * 1024;
constexpr Milliseconds kSliceTime{8};

// Reads `count` bytes at the bounded speed; says how many came.
std::uint64_t discard_slowly(support::Socket& socket, std::uint64_t count) {
  std::uint64_t done = 0;
  auto next = support::Clock::now();
  while (done < count) {
    std::uint64_t got = socket.discard(std::min(kSlice, count - done));
    if (got == 0) break;
    done += got;
    support::wait_until("the next slice", [&] { return support::Clock::now() >= next; });
    next += kSliceTime;
  }
  return done;
}

// The first request on the way, so that what is made once is there before memory is measured.
std::uint64_t warm_rss(WeirProcess& weir, const std::string& path) {
  RawClient client(weir.address());
  CHECK(client.get(path).status() == 200);
  return weir.process().rss();
}

}  // namespace

TEST_CASE("1 GiB passes through a slow reader with flat memory") {
  Served served;
  for (std::string query : {"", "?chunked=1"}) {
    CAPTURE(query);
    std::uint64_t before = warm_rss(served.weir, "/bytes/1000000");
    RawClient client(served.weir.address());
    client.send("GET /bytes/1073741824" + query + " HTTP/1.1\r\nHost: a\r\n\r\n");
    Message head = read_response_head(client);
    CHECK(head.status() == 200);
    bool chunked = head.fields.has("Transfer-Encoding");
    CHECK(chunked == !query.empty());
    CHECK(discard_slowly(client, kSlowBytes) == kSlowBytes);
    CHECK(served.weir.process().rss() < before + kGrowthMax);
    if (chunked) {
      // The frames are part of what comes: at least so much, and then the last chunk.
      CHECK(client.discard(kGiB - kSlowBytes) == kGiB - kSlowBytes);
      std::string rest = client.read_until("\r\n0\r\n\r\n");
      CHECK(rest.size() < kGiB / 1000);
    } else {
      CHECK(client.discard(kGiB - kSlowBytes) == kGiB - kSlowBytes);
    }
    CHECK(client.buffer().empty());
    CHECK(served.weir.process().peak_rss() < before + kGrowthMax);
    // The connection is still good.
    CHECK(client.get("/bytes/10").body.size() == 10);
  }
}

TEST_CASE("1 GiB is uploaded to a slow backend with flat memory") {
  std::atomic<std::uint64_t> received{0};
  Staged staged([&](Connection& connection) {
    connection.request();
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    if (!connection.another()) return;
    connection.request_head();
    received = discard_slowly(connection, kSlowBytes);
    received += connection.discard(kGiB - kSlowBytes);
    connection.send("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n");
    connection.read_to_end();
  });
  std::uint64_t before = warm_rss(staged.weir, "/");
  RawClient client(staged.weir.address());
  client.send("PUT /file HTTP/1.1\r\nHost: a\r\nContent-Length: 1073741824\r\n\r\n");
  std::string piece(kMiB, 'u');
  std::uint64_t highest = 0;
  for (int i = 0; i < 1024; ++i) {
    client.send(piece);
    if (i % 16 == 0) highest = std::max(highest, staged.weir.process().rss());
  }
  CHECK(client.response().status() == 201);
  CHECK(received == kGiB);
  CHECK(staged.origin.problems().empty());
  CHECK(highest < before + kGrowthMax);
  CHECK(staged.weir.process().peak_rss() < before + kGrowthMax);
}

TEST_CASE("a reader that stops is not read ahead for: the backend is held back") {
  std::atomic<std::uint64_t> sent{0};
  Staged staged([&](Connection& connection) {
    connection.request();
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n");
    std::string piece(kSlice, 'd');
    while (sent < kGiB && connection.writable(Milliseconds(500))) {
      // Not all of a piece may be taken at once; what is sent is counted when it is.
      if (connection.try_send(piece) != piece.size()) return;
      sent += piece.size();
    }
  });
  RawClient client(staged.weir.address(), 4096);
  client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  CHECK(read_response_head(client).status() == 200);
  // The backend gives up when its socket took nothing for half a second.
  staged.origin.wait_ended(1);
  CHECK(sent < 32 * kMiB);
}

}  // namespace weir::proxying
