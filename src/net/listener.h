#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "base/clock.h"
#include "base/result.h"
#include "net/address.h"
#include "net/descriptor.h"
#include "net/stream.h"

namespace weir::net {

class Loop;

// Hears of new connections.
class ListenerEvents {
 public:
  // Asked before a client is taken off the kernel's queue: whether there is room for one more.
  // False: it stays there, and the listener is paused until resume().
  virtual bool reserve() { return true; }
  // Nobody was there, or could be taken: what was reserved is free again.
  virtual void release() {}
  // So few descriptors are left that clients stay in the kernel's queue for kShortage.
  virtual void on_shortage() {}
  // A client connected. The stream does not read yet: set its events, then start it. May destroy
  // the listener.
  virtual void on_accept(StreamPtr stream, const SocketAddress& peer) = 0;

 protected:
  ~ListenerEvents() = default;
};

// A listening socket on a loop. Destroying it stops listening; what still queued in the kernel is
// reset then, so accept_rest() comes first where that matters. One thread.
//
// It accepts for itself: libuv 1.44 closes a whole queue of clients where descriptors run out. An
// eighth of all descriptors (kReserve at most) is left to backends and logs; a listener for whoever
// has to look after the process may use half of that.
class Listener {
 public:
  // Whom it is for.
  enum class For : std::uint8_t { kClients, kOperators };
  // So long nobody is accepted when descriptors ran short; then it is tried again.
  static constexpr base::Duration kShortage{100};
  static constexpr std::size_t kReserve = 1024;

  // Starts to listen on a bound socket. `mark`: bytes queued on an accepted stream before it is
  // congested.
  static base::Result<std::unique_ptr<Listener>> open(Loop& loop, Descriptor socket,
                                                      ListenerEvents& events, std::size_t mark,
                                                      For whom = For::kClients);
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  // `mark` of streams that are accepted from now on.
  void set_mark(std::size_t mark);
  // Leaves further connections in the kernel's queue. Idempotent.
  void pause();
  // Goes on with them, at once with those that wait; inside a turn. Idempotent.
  void resume();
  // Accepts at once what waits in the kernel's queue now, paused or not and without reserve(), for
  // as long as there are descriptors.
  void accept_rest();

 private:
  struct State;
  explicit Listener(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace weir::net
