#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "net/address.h"
#include "net/stream.h"
#include "support/memory/memory_peer.h"

namespace weir::memory {

// What becomes of a connect; kStarve: it is not even tried, for want of our own descriptors.
enum class Plan { kAccept, kRefuse, kHang, kStarve };

// Connects in memory: the test says by port what becomes of it and holds the far ends. Outlives
// nothing but its peers.
class MemoryConnector final : public net::Connector {
 public:
  explicit MemoryConnector(MemoryNetwork& network) : network_(network) {}

  // Later connects to `port` go so. Default: accepted.
  void plan(std::uint16_t port, Plan plan) { plans_[port] = plan; }
  // Every connection that is accepted from now on gets this window and mark on our side.
  void set_window(std::size_t window, std::size_t mark);
  // Lets the connects to `port` that hang be accepted or refused.
  void settle(std::uint16_t port, Plan plan);

  net::StreamPtr connect(const net::SocketAddress& to, net::StreamEvents& events) override;

  // Connects that were begun, in all and to a port.
  [[nodiscard]] std::size_t connects() const { return attempts_.size(); }
  [[nodiscard]] std::size_t connects(std::uint16_t port) const;
  // The far end of the connect number `index` (from 0), in all and to a port. Refused ones are
  // closed.
  MemoryPeer& peer(std::size_t index) { return *attempts_.at(index).peer; }
  MemoryPeer& peer(std::uint16_t port, std::size_t index);
  // The far end of the last connect.
  MemoryPeer& last() { return *attempts_.back().peer; }
  // Connections that our side has not closed.
  [[nodiscard]] std::size_t open() const;

 private:
  struct Attempt {
    std::uint16_t port;
    std::unique_ptr<MemoryPeer> peer;
  };

  MemoryNetwork& network_;
  std::map<std::uint16_t, Plan> plans_;
  std::vector<Attempt> attempts_;
  std::size_t window_ = SIZE_MAX;
  std::size_t mark_ = 64 * 1024;
};

// The socket address 127.0.0.1:`port`, for what connects through a MemoryConnector.
net::SocketAddress memory_address(std::uint16_t port);

}  // namespace weir::memory
