#include "support/memory/memory_connector.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <cassert>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace weir::memory {

namespace {

void apply(Plan plan, MemoryStream& near) {
  if (plan == Plan::kAccept) near.accept();
  if (plan == Plan::kRefuse) near.break_with(net::StreamError::kRefused);
  if (plan == Plan::kStarve) near.break_with(net::StreamError::kNoDescriptors);
}

std::uint16_t ipv4_port(const net::SocketAddress& address) {
  assert(address.family() == AF_INET);
  sockaddr_in in;
  std::memcpy(&in, &address.storage, sizeof in);
  return ntohs(in.sin_port);
}

}  // namespace

void MemoryConnector::set_window(std::size_t window, std::size_t mark) {
  window_ = window;
  mark_ = mark;
}

void MemoryConnector::settle(std::uint16_t port, Plan plan) {
  for (auto& attempt : attempts_) {
    MemoryStream* far = attempt.peer->stream();
    if (attempt.port != port || far == nullptr || far->other() == nullptr) continue;
    if (!far->other()->connecting()) continue;
    apply(plan, *far->other());
    if (plan == Plan::kRefuse) attempt.peer->close();
  }
}

net::StreamPtr MemoryConnector::connect(const net::SocketAddress& to, net::StreamEvents& events) {
  std::uint16_t port = ipv4_port(to);
  MemoryPair pair = MemoryStream::pair(network_);
  pair.near->set_connecting();
  pair.near->set_events(&events);
  pair.near->set_window(window_);
  pair.near->set_mark(mark_);
  attempts_.push_back({port, std::make_unique<MemoryPeer>(network_, std::move(pair.far))});
  auto plan = plans_.find(port);
  apply(plan == plans_.end() ? Plan::kAccept : plan->second, *pair.near);
  bool fails =
      plan != plans_.end() && (plan->second == Plan::kRefuse || plan->second == Plan::kStarve);
  if (fails) last().close();
  return std::move(pair.near);
}

std::size_t MemoryConnector::connects(std::uint16_t port) const {
  auto count = std::count_if(attempts_.begin(), attempts_.end(),
                             [&](const Attempt& attempt) { return attempt.port == port; });
  return static_cast<std::size_t>(count);
}

MemoryPeer& MemoryConnector::peer(std::uint16_t port, std::size_t index) {
  for (auto& attempt : attempts_) {
    if (attempt.port == port && index-- == 0) return *attempt.peer;
  }
  std::abort();
}

std::size_t MemoryConnector::open() const {
  auto count = std::count_if(attempts_.begin(), attempts_.end(),
                             [](const Attempt& attempt) { return !attempt.peer->closed(); });
  return static_cast<std::size_t>(count);
}

net::SocketAddress memory_address(std::uint16_t port) {
  sockaddr_in in{};
  in.sin_family = AF_INET;
  in.sin_port = htons(port);
  in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  net::SocketAddress address;
  std::memcpy(&address.storage, &in, sizeof in);
  address.length = sizeof in;
  return address;
}

}  // namespace weir::memory
