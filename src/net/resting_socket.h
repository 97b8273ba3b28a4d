#pragma once

#include <cstddef>
#include <utility>

#include "net/stream.h"

struct uv_stream_s;

namespace weir::net {

// The socket of a stream on which nothing is going on: a pointer, and what libuv needs, without the
// stream around it. It reads, and tells its events what comes; nothing can be written until it is a
// stream again. Destroying it closes the socket. One thread.
class RestingSocket {
 public:
  // Empty.
  RestingSocket() = default;
  RestingSocket(RestingSocket&& other) noexcept : socket_(std::exchange(other.socket_, nullptr)) {}
  RestingSocket& operator=(RestingSocket&& other) noexcept {
    std::swap(socket_, other.socket_);
    return *this;
  }
  ~RestingSocket() { close(); }

  [[nodiscard]] bool open() const { return socket_ != nullptr; }
  // Closes the socket, where it has one.
  void close();
  // Makes it a stream that reads, with `mark` as SocketStream has it, and empties this. From inside
  // its events too. Only where it is open.
  StreamPtr wake(std::size_t mark, StreamEvents& events);

 private:
  friend class SocketStream;
  // Takes the socket of a stream that read.
  RestingSocket(uv_stream_s* socket, StreamEvents& events);

  uv_stream_s* socket_ = nullptr;
};

}  // namespace weir::net
