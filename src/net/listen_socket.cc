#include "net/listen_socket.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>
#include <string>

#include "net/port_owner.h"

namespace weir::net {

namespace {

base::Error cannot_listen(const Address& address, int error) {
  std::string where = to_text(address);
  switch (error) {
    case EADDRINUSE: {
      auto owner = address.is_unix ? std::string() : describe_port_owner(address.port);
      return {where + " is in use" + (owner.empty() ? "" : " by " + owner)};
    }
    case EACCES:
      return {"cannot listen on " + where +
              (address.is_unix
                   ? ": permission denied (may this user write to its directory?)"
                   : ": permission denied (ports under 1024 need root or CAP_NET_BIND_SERVICE)")};
    case EADDRNOTAVAIL:
      return {"cannot listen on " + where + ": this machine has no such address"};
    default:
      return {"cannot listen on " + where + ": " + std::strerror(error)};
  }
}

bool set(int fd, int level, int option) {
  int on = 1;
  return ::setsockopt(fd, level, option, &on, sizeof(on)) == 0;
}

// What to bind for an address without a host: one dual-stack socket, or IPv4 alone where the kernel
// has no IPv6.
base::Result<SocketAddress> bindable(const Address& address, bool& dual) {
  dual = false;
  if (!address.host.empty()) return literal(address);
  Descriptor probe(::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0));
  dual = static_cast<bool>(probe);
  return literal(Address{dual ? "::" : "0.0.0.0", address.port, false});
}

Descriptor bound_socket(const SocketAddress& to, bool dual, bool reuse_port, int& error) {
  Descriptor fd(::socket(to.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  error = 0;
  if (!fd) {
    error = errno;
    return {};
  }
  int v6only = dual ? 0 : 1;
  bool well = set(fd.get(), SOL_SOCKET, SO_REUSEADDR) &&
              (!reuse_port || set(fd.get(), SOL_SOCKET, SO_REUSEPORT)) &&
              set(fd.get(), IPPROTO_TCP, TCP_NODELAY) &&
              (to.family() != AF_INET6 ||
               ::setsockopt(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, &v6only, sizeof(v6only)) == 0);
  if (!well || ::bind(fd.get(), to.get(), to.length) != 0) {
    error = errno;
    return {};
  }
  return fd;
}

std::uint16_t bound_port(int fd) {
  SocketAddress at;
  at.length = sizeof(at.storage);
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&at.storage), &at.length);
  return port_of(at);
}

base::Result<ListenSockets> bind_tcp(const Address& address, unsigned count) {
  bool dual = false;
  auto to = bindable(address, dual);
  if (!to) return base::Error{"cannot listen on " + to_text(address) + ": " + to.error().text};
  ListenSockets result{address, {}};
  int error = 0;
  if (address.port != 0) {
    // Binding without SO_REUSEPORT fails while anybody listens here, and not for connections in
    // TIME_WAIT. It takes listen() to find a listener that allows SO_REUSEADDR.
    Descriptor probe = bound_socket(to.value(), dual, false, error);
    if (error == 0 && ::listen(probe.get(), 1) != 0) error = errno;
    if (error != 0) return cannot_listen(address, error);
  }
  while (result.sockets.size() < count) {
    Descriptor fd = bound_socket(to.value(), dual, true, error);
    if (error != 0) return cannot_listen(address, error);
    if (result.address.port == 0) {
      result.address.port = bound_port(fd.get());
      bool same = false;
      to = bindable(result.address, same);
    }
    result.sockets.push_back(std::move(fd));
  }
  return result;
}

// A path on which nobody answers is left over from a process that died.
void unlink_stale(const SocketAddress& at, const std::string& path) {
  Descriptor fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (fd && ::connect(fd.get(), at.get(), at.length) != 0 && errno == ECONNREFUSED)
    ::unlink(path.c_str());
}

base::Result<ListenSockets> bind_unix(const Address& address, unsigned count) {
  auto at = literal(address);
  if (!at) return at.error();
  struct stat info {};
  if (::lstat(address.host.c_str(), &info) == 0) {
    if (!S_ISSOCK(info.st_mode))
      return base::Error{"cannot listen on " + to_text(address) +
                         ": there is a file that is no socket"};
    unlink_stale(at.value(), address.host);
  }
  Descriptor first(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!first || ::bind(first.get(), at.value().get(), at.value().length) != 0)
    return cannot_listen(address, errno);
  ListenSockets result{address, {}};
  result.sockets.push_back(std::move(first));
  while (result.sockets.size() < count) {
    Descriptor copy(::fcntl(result.sockets.front().get(), F_DUPFD_CLOEXEC, 0));
    if (!copy) return cannot_listen(address, errno);
    result.sockets.push_back(std::move(copy));
  }
  return result;
}

}  // namespace

base::Result<ListenSockets> bind_all(const Address& address, unsigned count) {
  return address.is_unix ? bind_unix(address, count) : bind_tcp(address, count);
}

}  // namespace weir::net
