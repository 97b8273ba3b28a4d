#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>

#include "support/socket.h"

namespace weir::support {

namespace {

struct SocketName {
  sockaddr_storage storage{};
  socklen_t size = 0;
  [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
  [[nodiscard]] int family() const { return storage.ss_family; }
};

SocketName unix_name(const std::string& path) {
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  if (path.size() >= sizeof(name.sun_path)) throw std::runtime_error(path + " is too long");
  std::memcpy(name.sun_path, path.c_str(), path.size() + 1);
  SocketName out;
  std::memcpy(&out.storage, &name, sizeof(name));
  out.size = sizeof(name);
  return out;
}

SocketName name_of(const std::string& address) {
  if (address.starts_with("unix:")) return unix_name(address.substr(5));
  std::size_t colon = address.rfind(':');
  if (colon == std::string::npos) throw std::runtime_error("no port in '" + address + "'");
  auto port = htons(static_cast<std::uint16_t>(std::stoul(address.substr(colon + 1))));
  std::string host = address.substr(0, colon);
  SocketName out;
  if (host.starts_with('[')) {
    sockaddr_in6 name{};
    name.sin6_family = AF_INET6;
    name.sin6_port = port;
    if (::inet_pton(AF_INET6, host.substr(1, host.size() - 2).c_str(), &name.sin6_addr) != 1)
      throw std::runtime_error("no address: '" + address + "'");
    std::memcpy(&out.storage, &name, sizeof(name));
    out.size = sizeof(name);
    return out;
  }
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_port = port;
  if (::inet_pton(AF_INET, host.c_str(), &name.sin_addr) != 1)
    throw std::runtime_error("no address: '" + address + "'");
  std::memcpy(&out.storage, &name, sizeof(name));
  out.size = sizeof(name);
  return out;
}

int make_socket(const SocketName& name, int receive_buffer) {
  int descriptor = ::socket(name.family(), SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) throw std::runtime_error("no socket");
  int on = 1;
  // Before connect and listen: the window that is offered depends on it.
  if (receive_buffer > 0)
    ::setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof(receive_buffer));
  if (name.family() != AF_UNIX) {
    ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    ::setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  }
  return descriptor;
}

[[noreturn]] void fail(int descriptor, const std::string& what) {
  std::string reason = std::strerror(errno);
  ::close(descriptor);
  throw std::runtime_error("cannot " + what + ": " + reason);
}

}  // namespace

int connect_to(const std::string& address, int receive_buffer) {
  SocketName name = name_of(address);
  int descriptor = make_socket(name, receive_buffer);
  if (::connect(descriptor, name.get(), name.size) != 0) fail(descriptor, "connect to " + address);
  return descriptor;
}

int listen_on(const std::string& address, std::string& bound, int receive_buffer) {
  SocketName name = name_of(address);
  int descriptor = make_socket(name, receive_buffer);
  if (::bind(descriptor, name.get(), name.size) != 0) fail(descriptor, "bind " + address);
  if (::listen(descriptor, 511) != 0) fail(descriptor, "listen on " + address);
  bound = address;
  if (name.family() == AF_UNIX) return descriptor;
  ::getsockname(descriptor, reinterpret_cast<sockaddr*>(&name.storage), &name.size);
  // The port stands at the same place in both families.
  sockaddr_in got{};
  std::memcpy(&got, &name.storage, sizeof(got));
  bound = address.substr(0, address.rfind(':') + 1) + std::to_string(ntohs(got.sin_port));
  return descriptor;
}

}  // namespace weir::support
