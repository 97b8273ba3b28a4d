#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "support/patience.h"

namespace weir::support {

// How the other side ended a connection.
enum class End : std::uint8_t {
  kOpen,   // not yet
  kFin,    // in order
  kReset,  // by RST, or another error
};

// A connected stream socket of plain blocking calls, each with a deadline: a call that waits longer
// than the patience throws. What came and was not taken yet is kept. One thread.
class Socket {
 public:
  // Takes over a connected descriptor.
  explicit Socket(int descriptor, Milliseconds patience = kPatience);
  ~Socket();
  Socket(Socket&& other) noexcept;
  Socket& operator=(Socket&&) = delete;

  // Sends all of it. Throws when the other side has gone.
  void send(std::string_view bytes);
  // The same; says how much went before the other side had gone.
  std::size_t try_send(std::string_view bytes);
  // FIN: nothing more is sent, reading goes on.
  void shut_down();
  // Closes: FIN, or RST where bytes are there that nobody read.
  void close();
  // Closes by RST (SO_LINGER of 0).
  void reset();

  // Takes exactly `count` bytes. Throws when the end comes before.
  std::string read(std::size_t count);
  // Takes bytes up to `mark` and with it. Throws when the end comes before.
  std::string read_until(std::string_view mark);
  // Takes what is there, `max` bytes at most; waits for the first. Empty: the end.
  std::string read_some(std::size_t max = 65536);
  // Reads until the other side ends the connection and takes all that came.
  std::string read_to_end();
  // Reads and drops until `count` bytes came or the end; says how many.
  std::uint64_t discard(std::uint64_t count);
  // Whether something can be read (bytes, or the end) within `patience`.
  [[nodiscard]] bool readable(Milliseconds patience = Milliseconds(0));
  // Whether the kernel takes a byte to send within `patience`.
  [[nodiscard]] bool writable(Milliseconds patience = Milliseconds(0));
  // Waits for more bytes behind buffer(); false at the end of the connection.
  bool more();

  // How the connection ended, as far as calls before found out.
  [[nodiscard]] End end() const { return end_; }
  // What came and was not taken.
  [[nodiscard]] const std::string& buffer() const { return buffer_; }
  // Takes the first `count` bytes of buffer().
  std::string take(std::size_t count);
  [[nodiscard]] int descriptor() const { return descriptor_; }

 private:
  bool wait_for(short events, Milliseconds patience) const;

  std::atomic<int> descriptor_;
  Milliseconds patience_;
  std::string buffer_;
  End end_ = End::kOpen;
};

// A blocking socket connected to "127.0.0.1:80", "[::1]:80" or "unix:/path"; a receive buffer of 0
// is the kernel's own choice. The descriptor is the caller's. Throws when refused.
int connect_to(const std::string& address, int receive_buffer = 0);
// A socket that listens on such an address (port 0: the kernel picks), and the address it got.
int listen_on(const std::string& address, std::string& bound, int receive_buffer = 0);

}  // namespace weir::support
