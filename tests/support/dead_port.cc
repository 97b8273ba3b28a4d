#include "support/dead_port.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>

namespace weir::support {

namespace {

// How long a connection on the loopback interface may take that is not dropped. One that waits for
// longer than this is taken as dropped; the kernel sends its SYN anew after a second only.
constexpr int kConnectMs = 200;
constexpr int kConnectionsMax = 16;

sockaddr_in bind_any(int descriptor) {
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(name);
  if (::bind(descriptor, reinterpret_cast<const sockaddr*>(&name), size) != 0 ||
      ::getsockname(descriptor, reinterpret_cast<sockaddr*>(&name), &size) != 0)
    throw std::runtime_error("cannot bind");
  return name;
}

std::string text_of(const sockaddr_in& name) {
  return "127.0.0.1:" + std::to_string(ntohs(name.sin_port));
}

// Begins to connect; false when that did not end at once.
bool connects(int descriptor, const sockaddr_in& name) {
  if (::connect(descriptor, reinterpret_cast<const sockaddr*>(&name), sizeof(name)) == 0)
    return true;
  if (errno != EINPROGRESS) throw std::runtime_error("cannot connect");
  pollfd polled{descriptor, POLLOUT, 0};
  return ::poll(&polled, 1, kConnectMs) > 0;
}

}  // namespace

RefusingPort::RefusingPort() : descriptor_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  address_ = text_of(bind_any(descriptor_));
}

RefusingPort::~RefusingPort() { ::close(descriptor_); }

SilentPort::SilentPort() {
  int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  descriptors_.push_back(listener);
  sockaddr_in name = bind_any(listener);
  if (::listen(listener, 0) != 0) throw std::runtime_error("cannot listen");
  address_ = text_of(name);
  for (int i = 0; i < kConnectionsMax; ++i) {
    int client = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    descriptors_.push_back(client);
    if (!connects(client, name)) return;
  }
  throw std::runtime_error("the queue of connections does not get full");
}

SilentPort::~SilentPort() {
  for (int descriptor : descriptors_) ::close(descriptor);
}

}  // namespace weir::support
