#include "net/address.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/un.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <optional>

#include "base/ascii.h"

namespace weir::net {

namespace {

constexpr std::string_view kUnix = "unix:";
constexpr const char* kForms =
    "an address is host:port, \"[v6]:port\", \":port\", a port, or unix:/path";

std::optional<std::uint16_t> parse_port(std::string_view text) {
  auto value = base::parse_decimal(text);
  if (!value || *value > 65535 || text.size() > 5) return std::nullopt;
  return static_cast<std::uint16_t>(*value);
}

bool is_name(std::string_view host) {
  for (char c : host) {
    bool word = base::is_digit(c) || (base::lower(c) >= 'a' && base::lower(c) <= 'z') || c == '-' ||
                c == '.' || c == '_';
    if (!word) return false;
  }
  return !host.empty() && host.size() <= 253;
}

base::Error bad(std::string_view text, const char* why) {
  return {"'" + std::string(text) + "' is no address: " + why + "; " + kForms};
}

// The last label is a number, as no name on the Internet has it (RFC 1123 section 2.1): an IPv4
// address that went wrong, which getaddrinfo would read in ways of its own ("10.1" is 10.0.0.1).
bool is_broken_ip(const std::string& host) {
  in_addr ignored{};
  auto label = host.substr(host.rfind('.') + 1);
  return label.find_first_not_of("0123456789") == std::string::npos &&
         inet_pton(AF_INET, host.c_str(), &ignored) != 1;
}

constexpr std::uint8_t kMapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

bool is_mapped(const std::uint8_t* bytes) {
  return std::memcmp(bytes, kMapped, sizeof(kMapped)) == 0;
}

void map(const void* v4, std::uint8_t* bytes) {
  std::memcpy(bytes, kMapped, sizeof(kMapped));
  std::memcpy(bytes + sizeof(kMapped), v4, 4);
}

// The 16 bytes of an IP, IPv4 mapped into IPv6; false for what is no IP.
bool ip_bytes(std::string_view ip, std::uint8_t* bytes) {
  char text[INET6_ADDRSTRLEN] = {};
  if (ip.size() >= sizeof(text) || ip.find('\0') != std::string_view::npos) return false;
  std::copy(ip.begin(), ip.end(), text);
  in_addr v4{};
  if (inet_pton(AF_INET, text, &v4) != 1) return inet_pton(AF_INET6, text, bytes) == 1;
  map(&v4, bytes);
  return true;
}

}  // namespace

base::Result<Address> parse_address(std::string_view text, bool port_required) {
  if (text.substr(0, kUnix.size()) == kUnix) {
    std::string path(text.substr(kUnix.size()));
    if (path.empty() || path.front() != '/')
      return bad(text, "the path behind unix: must begin with /");
    if (path.find('\0') != std::string::npos) return bad(text, "the path has a zero byte");
    if (path.size() >= sizeof(sockaddr_un::sun_path))
      return bad(text, "the path is longer than 107 bytes");
    return Address{std::move(path), 0, true};
  }
  if (auto port = parse_port(text)) return Address{"", *port, false};
  std::string_view host = text;
  std::string_view port_text;
  bool bracketed = !text.empty() && text.front() == '[';
  if (bracketed) {
    auto close = text.find(']');
    if (close == std::string_view::npos) return bad(text, "the [ has no ]");
    host = text.substr(1, close - 1);
    std::string_view rest = text.substr(close + 1);
    if (!rest.empty() && rest.front() != ':') return bad(text, "only :port may follow the ]");
    port_text = rest.empty() ? rest : rest.substr(1);
    in6_addr ignored{};
    if (inet_pton(AF_INET6, std::string(host).c_str(), &ignored) != 1)
      return bad(text, "no IPv6 address in the brackets");
    if (rest.empty() && port_required) return bad(text, "the port is missing");
    if (rest.empty()) return Address{std::string(host), 0, false};
  } else {
    auto colon = text.rfind(':');
    if (colon != std::string_view::npos && text.find(':') != colon)
      return bad(text, "an IPv6 address goes in brackets");
    if (colon == std::string_view::npos) {
      if (port_required) return bad(text, "the port is missing");
      if (!is_name(text) || is_broken_ip(std::string(text))) return bad(text, "no host name or IP");
      return Address{std::string(text), 0, false};
    }
    host = text.substr(0, colon);
    port_text = text.substr(colon + 1);
    if (!host.empty() && (!is_name(host) || is_broken_ip(std::string(host))))
      return bad(text, "no host name or IP before the port");
  }
  auto port = parse_port(port_text);
  if (!port) return bad(text, "a port is a number from 0 to 65535");
  return Address{std::string(host), *port, false};
}

std::string to_text(const Address& address) {
  if (address.is_unix) return "unix:" + address.host;
  std::string host =
      address.host.find(':') == std::string::npos ? address.host : "[" + address.host + "]";
  return host + ":" + std::to_string(address.port);
}

std::string ip_text(const SocketAddress& address) {
  char text[INET6_ADDRSTRLEN] = {};
  if (address.family() == AF_INET) {
    inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in*>(address.get())->sin_addr, text,
              sizeof(text));
  } else if (address.family() == AF_INET6) {
    const auto& v6 = reinterpret_cast<const sockaddr_in6*>(address.get())->sin6_addr;
    if (IN6_IS_ADDR_V4MAPPED(&v6)) {
      inet_ntop(AF_INET, v6.s6_addr + 12, text, sizeof(text));
    } else {
      inet_ntop(AF_INET6, &v6, text, sizeof(text));
    }
  } else {
    return "unix:";
  }
  return text;
}

std::uint16_t port_of(const SocketAddress& address) {
  if (address.family() == AF_INET)
    return ntohs(reinterpret_cast<const sockaddr_in*>(address.get())->sin_port);
  if (address.family() == AF_INET6)
    return ntohs(reinterpret_cast<const sockaddr_in6*>(address.get())->sin6_port);
  return 0;
}

SocketAddress with_port(SocketAddress address, std::uint16_t port) {
  if (address.family() == AF_INET)
    reinterpret_cast<sockaddr_in*>(&address.storage)->sin_port = htons(port);
  if (address.family() == AF_INET6)
    reinterpret_cast<sockaddr_in6*>(&address.storage)->sin6_port = htons(port);
  return address;
}

bool has_name(const Address& address) {
  return !address.is_unix && !address.host.empty() && !is_ip(address.host);
}

base::Result<SocketAddress> literal(const Address& address) {
  SocketAddress result;
  if (address.is_unix) {
    auto* to = reinterpret_cast<sockaddr_un*>(&result.storage);
    if (address.host.size() >= sizeof(to->sun_path))
      return base::Error{"'" + address.host + "' is longer than 107 bytes"};
    to->sun_family = AF_UNIX;
    std::memcpy(to->sun_path, address.host.c_str(), address.host.size() + 1);
    result.length = sizeof(sockaddr_un);
    return result;
  }
  auto* v4 = reinterpret_cast<sockaddr_in*>(&result.storage);
  if (inet_pton(AF_INET, address.host.c_str(), &v4->sin_addr) == 1) {
    v4->sin_family = AF_INET;
    v4->sin_port = htons(address.port);
    result.length = sizeof(sockaddr_in);
    return result;
  }
  auto* v6 = reinterpret_cast<sockaddr_in6*>(&result.storage);
  if (inet_pton(AF_INET6, address.host.c_str(), &v6->sin6_addr) == 1) {
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(address.port);
    result.length = sizeof(sockaddr_in6);
    return result;
  }
  return base::Error{"'" + address.host + "' is a name, not an IP address"};
}

base::Result<std::vector<SocketAddress>> resolve(const Address& address) {
  if (auto at = literal(address)) return std::vector<SocketAddress>{at.value()};
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  int error =
      getaddrinfo(address.host.c_str(), std::to_string(address.port).c_str(), &hints, &found);
  if (error != 0)
    return base::Error{"cannot resolve '" + address.host + "': " + gai_strerror(error)};
  std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> guard(found, freeaddrinfo);
  std::vector<SocketAddress> result;
  for (const addrinfo* entry = found; entry != nullptr; entry = entry->ai_next) {
    SocketAddress& one = result.emplace_back();
    std::memcpy(&one.storage, entry->ai_addr, entry->ai_addrlen);
    one.length = entry->ai_addrlen;
  }
  return result;
}

bool is_ip(std::string_view text) {
  std::uint8_t bytes[16];
  return ip_bytes(text, bytes);
}

base::Result<Cidr> Cidr::parse(std::string_view text) {
  Cidr block;
  if (text == kUnix) {
    block.is_unix_ = true;
    return block;
  }
  auto slash = text.find('/');
  auto ip = text.substr(0, slash);
  if (!ip_bytes(ip, block.bytes_))
    return base::Error{"'" + std::string(text) + "' is no CIDR block such as 10.0.0.0/8 or ::1"};
  bool v4 = ip.find(':') == std::string_view::npos;
  block.bits_ = 128;
  if (slash != std::string_view::npos) {
    auto bits = base::parse_decimal(text.substr(slash + 1));
    if (!bits || *bits > (v4 ? 32U : 128U)) {
      return base::Error{"'" + std::string(text) + "': the part behind / is 0 to " +
                         (v4 ? "32" : "128")};
    }
    block.bits_ = static_cast<unsigned>(*bits) + (v4 ? 96U : 0U);
  }
  block.is_v4_ = block.bits_ >= 96 && is_mapped(block.bytes_);
  return block;
}

bool Cidr::contains(const SocketAddress& address) const {
  if (is_unix_ || address.family() == AF_UNIX) return is_unix_ && address.family() == AF_UNIX;
  std::uint8_t bytes[16];
  if (address.family() == AF_INET) {
    map(&reinterpret_cast<const sockaddr_in*>(address.get())->sin_addr, bytes);
  } else if (address.family() == AF_INET6) {
    std::memcpy(bytes, &reinterpret_cast<const sockaddr_in6*>(address.get())->sin6_addr, 16);
  } else {
    return false;
  }
  return contains_bytes(bytes);
}

bool Cidr::contains(std::string_view ip) const {
  if (is_unix_) return ip == kUnix;
  std::uint8_t bytes[16];
  return ip_bytes(ip, bytes) && contains_bytes(bytes);
}

bool Cidr::contains_bytes(const std::uint8_t* bytes) const {
  if (is_mapped(bytes) != is_v4_) return false;
  unsigned whole = bits_ / 8;
  unsigned rest = bits_ % 8;
  if (std::memcmp(bytes, bytes_, whole) != 0) return false;
  if (rest == 0) return true;
  auto mask = static_cast<std::uint8_t>(0xff << (8 - rest));
  return (bytes[whole] & mask) == (bytes_[whole] & mask);
}

}  // namespace weir::net
