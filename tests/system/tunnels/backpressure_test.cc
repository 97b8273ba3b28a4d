#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <semaphore>

#include "system/tunnels/setup.h"

namespace weir::tunnels {

namespace {

constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;
constexpr std::uint64_t kBytes = 256 * kMiB;
constexpr std::uint64_t kGrowthMax = 8 * kMiB;
// What weir and four kernel buffers hold at most.
constexpr std::uint64_t kHeldMax = 32 * kMiB;
// Pieces so small that a writable socket takes one whole.
const std::string kPiece(4096, 'x');

// Sends until the other end has taken nothing for a while; says how much went.
std::uint64_t send_until_held(support::Socket& socket) {
  std::uint64_t sent = 0;
  while (sent < kBytes && socket.writable(Milliseconds(300))) {
    socket.send(kPiece);
    sent += kPiece.size();
  }
  return sent;
}

void send_rest(support::Socket& socket, std::uint64_t sent) {
  for (; sent < kBytes; sent += kPiece.size()) socket.send(kPiece);
}

// Memory of a weir that has carried a tunnel, so that what is made once is there.
std::uint64_t warm_rss(WeirProcess& weir) {
  RawClient client(weir.address());
  CHECK(open(client).status() == 101);
  client.send("warm");
  CHECK(client.read(4) == "warm");
  client.shut_down();
  client.read_to_end();
  return weir.process().rss();
}

// The first tunnel of an origin is for warm_rss().
bool is_warm_up(Connection& connection) {
  accept(connection);
  if (connection.number() != 0) return false;
  connection.send(connection.read(4));
  connection.read_to_end();
  return true;
}

}  // namespace

TEST_CASE("a fast backend and a client that does not read: the backend is held, memory is flat") {
  std::atomic<std::uint64_t> held{0};
  Staged staged([&](Connection& connection) {
    if (is_warm_up(connection)) return;
    held = send_until_held(connection);
    send_rest(connection, held);
  });
  std::uint64_t before = warm_rss(staged.weir);
  RawClient client(staged.weir.address(), 4096);
  CHECK(open(client).status() == 101);
  support::wait_until("the backend being held", [&] { return held > 0; });
  CHECK(held < kHeldMax);
  CHECK(staged.weir.process().rss() < before + kGrowthMax);
  CHECK(client.discard(kBytes) == kBytes);
  CHECK(client.read_to_end().empty());
  client.shut_down();
  staged.weir.wait_metric("weir_tunnels_open", 0);
  CHECK(staged.origin.problems().empty());
  CHECK(staged.weir.process().peak_rss() < before + kGrowthMax);
}

TEST_CASE("a fast client and a backend that does not read: the client is held, memory is flat") {
  std::binary_semaphore read(0);
  std::atomic<std::uint64_t> received{0};
  Staged staged(
      [&](Connection& connection) {
        if (is_warm_up(connection)) return;
        if (!read.try_acquire_for(support::kPatience)) return;
        received = connection.discard(kBytes);
        connection.send("done");
      },
      "", 4096);
  std::uint64_t before = warm_rss(staged.weir);
  RawClient client(staged.weir.address());
  CHECK(open(client).status() == 101);
  std::uint64_t sent = send_until_held(client);
  CHECK(sent < kHeldMax);
  CHECK(staged.weir.process().rss() < before + kGrowthMax);
  read.release();
  send_rest(client, sent);
  CHECK(client.read(4) == "done");
  CHECK(received == kBytes);
  CHECK(staged.weir.process().peak_rss() < before + kGrowthMax);
}

}  // namespace weir::tunnels
