#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace weir::net {

// An address as people write it: "host:port", "[v6]:port", ":port" or "port" (all interfaces),
// "unix:/path".
struct Address {
  std::string host;  // IP (v6 without brackets) or name; empty: all interfaces; unix: the path
  std::uint16_t port = 0;  // 0 on a listener: the kernel picks
  bool is_unix = false;

  bool operator==(const Address&) const = default;
};

// Reads an address. `port_required` false allows a host alone (port 0). The error says what was
// expected.
base::Result<Address> parse_address(std::string_view text, bool port_required = true);
// The address as it is written in logs, metrics and messages ("10.0.0.1:80", "[::1]:80", ":80",
// "unix:/run/a").
std::string to_text(const Address& address);

// An address that the kernel takes.
struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t length = 0;

  [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
  [[nodiscard]] int family() const { return storage.ss_family; }
  bool operator==(const SocketAddress& other) const {
    return length == other.length && std::memcmp(&storage, &other.storage, length) == 0;
  }
};

// Textual IP (mapped IPv4 as IPv4, v6 without brackets), or "unix:"; and the port (0 for unix).
std::string ip_text(const SocketAddress& address);
std::uint16_t port_of(const SocketAddress& address);

// The address with this port in place of its own; as it is where it has none.
SocketAddress with_port(SocketAddress address, std::uint16_t port);

// It has a host that stands for addresses, rather than being one.
bool has_name(const Address& address);
// The socket address of a literal IP or unix address; an error for a name.
base::Result<SocketAddress> literal(const Address& address);
// All socket addresses of a literal, or of a name by getaddrinfo (which reads /etc/hosts). Blocks:
// for start-up only, never on a worker.
base::Result<std::vector<SocketAddress>> resolve(const Address& address);

// The text is an IPv4 or IPv6 address (without brackets).
bool is_ip(std::string_view text);

// A CIDR block ("10.0.0.0/8", "::1", "unix:").
class Cidr {
 public:
  static base::Result<Cidr> parse(std::string_view text);
  // IPv4-mapped IPv6 addresses are matched as IPv4, and IPv4 by IPv4 blocks alone: "::/0" is all of
  // IPv6 (as nginx has it).
  [[nodiscard]] bool contains(const SocketAddress& address) const;
  // The same for a textual IP; false for what is no IP.
  [[nodiscard]] bool contains(std::string_view ip) const;
  bool operator==(const Cidr&) const = default;

 private:
  // 16 bytes of an address.
  [[nodiscard]] bool contains_bytes(const std::uint8_t* bytes) const;

  std::uint8_t bytes_[16] = {};
  unsigned bits_ = 0;  // of the 16 bytes; IPv4 is held mapped
  bool is_v4_ = false;
  bool is_unix_ = false;
};

}  // namespace weir::net
