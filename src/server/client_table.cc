#include "server/client_table.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <cstring>
#include <string>

namespace weir::server {

namespace {

// Where IPv4 lies among the first halves of IPv6 addresses: none of them is given out there
// (RFC 4291 §2.5).
constexpr ClientKey kIpv4 = std::uint64_t{0xFFFF} << 32;
// ::/64, of which ::1 is.
constexpr ClientKey kZeroes = 1;

ClientKey of_ipv4(const std::uint8_t* bytes) {
  std::uint32_t address = 0;
  std::memcpy(&address, bytes, sizeof(address));
  return kIpv4 | ntohl(address);
}

ClientKey of_ipv6(const in6_addr& address) {
  if (IN6_IS_ADDR_V4MAPPED(&address)) return of_ipv4(address.s6_addr + 12);
  ClientKey key = 0;
  for (int i = 0; i < 8; ++i) key = key << 8 | address.s6_addr[i];
  return key == 0 ? kZeroes : key;
}

}  // namespace

ClientKey client_of(const net::SocketAddress& address) {
  if (address.family() == AF_INET) {
    const auto* v4 = reinterpret_cast<const sockaddr_in*>(address.get());
    return of_ipv4(reinterpret_cast<const std::uint8_t*>(&v4->sin_addr));
  }
  if (address.family() != AF_INET6) return kNoClient;
  return of_ipv6(reinterpret_cast<const sockaddr_in6*>(address.get())->sin6_addr);
}

ClientKey client_of(std::string_view ip) {
  std::string text(ip);
  in_addr v4{};
  if (::inet_pton(AF_INET, text.c_str(), &v4) == 1) {
    return of_ipv4(reinterpret_cast<const std::uint8_t*>(&v4));
  }
  in6_addr v6{};
  return ::inet_pton(AF_INET6, text.c_str(), &v6) == 1 ? of_ipv6(v6) : kNoClient;
}

bool ClientTable::enter(ClientKey client, std::uint64_t most) {
  Shard& its = shard(client);
  std::lock_guard lock(its.mutex);
  std::uint64_t& count = its.counts[client];
  if (count >= most) return false;
  ++count;
  return true;
}

void ClientTable::leave(ClientKey client) {
  Shard& its = shard(client);
  std::lock_guard lock(its.mutex);
  auto found = its.counts.find(client);
  if (--found->second == 0) its.counts.erase(found);
}

std::size_t ClientTable::size() const {
  std::size_t all = 0;
  for (const Shard& one : shards_) {
    std::lock_guard lock(one.mutex);
    all += one.counts.size();
  }
  return all;
}

}  // namespace weir::server
