#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <string_view>
#include <unordered_map>

#include "base/hash.h"
#include "net/address.h"

namespace weir::server {

// A client as limits.per_client counts it: an IPv4 address, or the /64 of an IPv6 one, which is
// what one subscriber gets. kNoClient: nobody who could be counted.
using ClientKey = std::uint64_t;
inline constexpr ClientKey kNoClient = 0;

// The client at this address; kNoClient for unix sockets.
ClientKey client_of(const net::SocketAddress& address);
// The same of an address as net::ip_text() has it.
ClientKey client_of(std::string_view ip);

// How many connections each client has, over all workers. Holds those that have one, so that
// limits.connections bounds it. Asked when a connection comes and when it goes. Any thread.
class ClientTable {
 public:
  // One more of the client's, unless it has `most`.
  bool enter(ClientKey client, std::uint64_t most);
  // One less, of a client that entered.
  void leave(ClientKey client);
  // How many clients are in it.
  [[nodiscard]] std::size_t size() const;

 private:
  struct Mixed {
    std::size_t operator()(ClientKey client) const { return base::mix(client); }
  };
  // Workers seldom meet at one of them.
  struct alignas(64) Shard {
    mutable std::mutex mutex;
    std::unordered_map<ClientKey, std::uint64_t, Mixed> counts;
  };
  Shard& shard(ClientKey client) { return shards_[base::mix(client) >> 60]; }

  std::array<Shard, 16> shards_;
};

}  // namespace weir::server
