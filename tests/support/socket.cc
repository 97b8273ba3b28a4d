#include "support/socket.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace weir::support {

Socket::Socket(int descriptor, Milliseconds patience)
    : descriptor_(descriptor), patience_(patience) {
  timeval time{patience.count() / 1000, patience.count() % 1000 * 1000};
  ::setsockopt(descriptor_, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof(time));
  ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof(time));
}

Socket::~Socket() { close(); }

Socket::Socket(Socket&& other) noexcept
    : descriptor_(other.descriptor_.exchange(-1)),
      patience_(other.patience_),
      buffer_(std::move(other.buffer_)),
      end_(other.end_) {}

void Socket::send(std::string_view bytes) {
  if (try_send(bytes) != bytes.size())
    throw std::runtime_error("the other side does not take bytes any more");
}

std::size_t Socket::try_send(std::string_view bytes) {
  std::size_t sent = 0;
  while (sent < bytes.size()) {
    ssize_t went = ::send(descriptor_, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (went > 0) sent += static_cast<std::size_t>(went);
    if (went >= 0 || errno == EINTR) continue;
    if (errno == EAGAIN)
      throw std::runtime_error("nobody reads: " + std::to_string(sent) + " bytes were sent");
    break;
  }
  return sent;
}

void Socket::shut_down() { ::shutdown(descriptor_, SHUT_WR); }

void Socket::close() {
  int descriptor = descriptor_.exchange(-1);
  if (descriptor >= 0) ::close(descriptor);
}

void Socket::reset() {
  linger now{1, 0};
  ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
  close();
}

bool Socket::more() {
  if (end_ != End::kOpen) return false;
  std::array<char, 65536> bytes{};
  for (;;) {
    ssize_t got = ::recv(descriptor_, bytes.data(), bytes.size(), 0);
    if (got > 0) {
      buffer_.append(bytes.data(), static_cast<std::size_t>(got));
      return true;
    }
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno == EAGAIN) {
      throw std::runtime_error("nothing came; there is: '" + buffer_.substr(0, 1000) + "'");
    }
    end_ = got == 0 ? End::kFin : End::kReset;
    return false;
  }
}

std::string Socket::take(std::size_t count) {
  std::string out = buffer_.substr(0, count);
  buffer_.erase(0, count);
  return out;
}

std::string Socket::read(std::size_t count) {
  while (buffer_.size() < count) {
    if (!more()) throw std::runtime_error("the end came early, behind '" + buffer_ + "'");
  }
  return take(count);
}

std::string Socket::read_until(std::string_view mark) {
  for (;;) {
    std::size_t at = buffer_.find(mark);
    if (at != std::string::npos) return take(at + mark.size());
    if (!more()) throw std::runtime_error("the end came early, behind '" + buffer_ + "'");
  }
}

std::string Socket::read_some(std::size_t max) {
  if (buffer_.empty()) more();
  return take(std::min(max, buffer_.size()));
}

std::string Socket::read_to_end() {
  while (more()) {
  }
  return std::exchange(buffer_, {});
}

std::uint64_t Socket::discard(std::uint64_t count) {
  std::uint64_t done = 0;
  do {
    std::size_t some = std::min<std::uint64_t>(buffer_.size(), count - done);
    buffer_.erase(0, some);
    done += some;
  } while (done < count && more());
  return done;
}

bool Socket::wait_for(short events, Milliseconds patience) const {
  auto deadline = Clock::now() + patience;
  pollfd polled{descriptor_, events, 0};
  int ready = 0;
  while ((ready = ::poll(&polled, 1, left(deadline))) < 0 && errno == EINTR) {
  }
  return ready > 0;
}

bool Socket::readable(Milliseconds patience) {
  return !buffer_.empty() || wait_for(POLLIN, patience);
}

bool Socket::writable(Milliseconds patience) { return wait_for(POLLOUT, patience); }

}  // namespace weir::support
