#pragma once

#include <cstddef>
#include <memory>

#include "base/result.h"
#include "net/address.h"
#include "net/descriptor.h"
#include "net/stream.h"

namespace weir::net {

class Loop;

// Hears of new connections.
class ListenerEvents {
 public:
  // A client connected. The stream does not read yet: set its events, then start it. May destroy
  // the listener.
  virtual void on_accept(StreamPtr stream, const SocketAddress& peer) = 0;

 protected:
  ~ListenerEvents() = default;
};

// A listening socket on a loop. Destroying it stops listening; what still queued in the kernel is
// reset then, so accept_rest() comes first where that matters. One thread.
class Listener {
 public:
  // Starts to listen on a bound socket. `mark`: bytes queued on an accepted stream before it is
  // congested.
  static base::Result<std::unique_ptr<Listener>> open(Loop& loop, Descriptor socket,
                                                      ListenerEvents& events, std::size_t mark);
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  // `mark` of streams that are accepted from now on.
  void set_mark(std::size_t mark);
  // Leaves further connections in the kernel's queue, and goes on with them. Idempotent. (One
  // connection may already be taken off the queue by libuv; it waits unaccepted.)
  void pause();
  void resume();
  // Goes on, and accepts at once what waits in the kernel's queue now.
  void accept_rest();

 private:
  struct State;
  explicit Listener(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace weir::net
