#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "net/descriptor.h"
#include "net/loop.h"
#include "net/mailbox.h"
#include "net/socket_stream.h"
#include "net/stream.h"
#include "net/wheel.h"

// What the tests of net stand on: a real loop that is run until something holds, real sockets whose
// other end is a plain descriptor, and an ear that writes down what a stream says.
namespace weir::net {

// How long a test waits for what should come at once: only a real hang meets it.
inline constexpr std::chrono::seconds kPatience{30};

// A loop that never sleeps for long. Make it first: everything on it dies before it, and its
// destructor closes the loop cleanly or aborts.
class Live final : DeadlineEvents {
 public:
  Live();

  // Runs the loop until holds() is true; false when that took too long.
  template <class Holds>
  bool until(Holds holds) {
    auto give_up = std::chrono::steady_clock::now() + kPatience;
    while (!holds()) {
      if (std::chrono::steady_clock::now() > give_up) return false;
      step();
    }
    return true;
  }
  // Runs the loop through `count` wake-ups at least a tick apart: whatever was under way has come
  // by then.
  void settle(int count = 4);
  // Calls act() inside a turn, as a callback of the loop would.
  template <class Act>
  void turn(Act act) {
    loop.turns().forget_time();
    Turns::Scope scope(loop.turns());
    act();
  }

  Loop loop;

 private:
  void step();
  void on_deadline(Deadline&) override;

  Mailbox alive_{loop};
  int ticks_ = 0;
  Deadline ticker_{loop.wheel(), *this};
};

// Writes down what its stream says, and destroys the stream inside the event named by destroy_at:
// "connected", "bytes", "end", "writable", or the error: "reset", "refused", "no descriptors" ...
struct Ear final : StreamEvents {
  void on_connected() override { hear("connected"); }
  void on_bytes(base::Bytes bytes) override {
    received += bytes;
    hear("bytes");
  }
  void on_end() override { hear("end"); }
  void on_writable() override { hear("writable"); }
  void on_error(StreamError error) override;
  void hear(std::string_view event);
  [[nodiscard]] bool heard(std::string_view event) const;
  [[nodiscard]] std::size_t count(std::string_view event) const;
  // A stream of its own over a connected socket, reading.
  void open(Live& live, Descriptor socket, bool is_unix, std::size_t mark = 256 * 1024);

  std::unique_ptr<SocketStream> stream;
  std::vector<std::string> events;
  std::string received;
  std::string destroy_at;
};

enum class Family { kV4, kV6, kUnix };
inline constexpr Family kFamilies[] = {Family::kV4, Family::kV6, Family::kUnix};

// Two ends of one connection; `room` bytes of socket buffers at both (0: the kernel's choice).
struct Ends {
  Descriptor near;  // for a stream
  Descriptor far;   // plain and blocking, with kPatience as its timeout
};
Ends connected(Family family, int room = 0);

// A plain listening socket on a loopback address of the kernel's choice, and where it listens.
Descriptor listening(Family family, SocketAddress& at, int backlog = 16);
// A plain blocking connection to `at`.
Descriptor connect_to(const SocketAddress& at);
// An address on which nobody listens.
SocketAddress nobody(Family family);
// A path for a unix socket in a directory of its own, removed with the object.
class Path {
 public:
  Path();
  ~Path();
  Path(const Path&) = delete;
  Path& operator=(const Path&) = delete;
  [[nodiscard]] const std::string& text() const { return path_; }

 private:
  std::string directory_;
  std::string path_;
};

// All of it, blocking; false when the other side has gone.
bool send_all(const Descriptor& to, std::string_view bytes);
// Exactly `size` bytes, fewer at the end of the connection.
std::string read_exactly(const Descriptor& from, std::size_t size);
// What is there now, without waiting.
std::string read_some(const Descriptor& from);
// Reads until the connection ends; says how it ended: 0 for FIN, else errno.
int read_to_end(const Descriptor& from, std::string& bytes);
// Closes by RST.
void close_by_reset(Descriptor& socket);

// Bytes that are different at every place, so that a lost or doubled piece shows.
std::string pattern(std::size_t size, std::uint32_t seed = 1);

}  // namespace weir::net
