#pragma once

#include <memory>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/free_list.h"
#include "base/slabs.h"
#include "net/gather.h"
#include "net/read_buffer.h"
#include "net/turn.h"
#include "net/wheel.h"

struct uv_loop_s;

namespace weir::net {

// A libuv loop with what weir adds to it: turns, the timer wheel, and the read buffer that all its
// streams share. Everything that lives on the loop must be destroyed before it. One thread, that
// which calls run().
class Loop {
 public:
  Loop();
  // Runs the loop dry, so that libuv frees what was closed; a handle still open then is a bug and
  // aborts.
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  // Runs until stop().
  void run();
  // Has run() return after the current turn. From the loop's thread; others go through a Mailbox.
  void stop();
  // Polls once, waiting at most until the next event or deadline (one that fires before the poll
  // does not end it); false when nothing is alive. For tests.
  bool run_once();

  Turns& turns();
  Wheel& wheel();
  base::Stamp now() { return turns().now(); }
  // libuv's own; its `data` is this loop.
  uv_loop_s* uv();

  // The buffer that reads land in. Bytes in it are valid until the turn ends, whoever adopts it and
  // gives it back meanwhile. Asked for between turns only.
  ReadBuffer& read_buffer();
  // The bytes lie in the current read buffer, and nobody has adopted it yet.
  [[nodiscard]] bool owns(base::Bytes bytes) const;
  // Takes the current read buffer away; the loop goes on with another. Only while flushing.
  ReadBufferPtr adopt_read_buffer();
  void give_back(ReadBufferPtr buffer);
  // Those of its turns.
  Buffers& buffers();
  // Gather lists for streams that have something to write.
  base::FreeList<Gather>& gathers();
  // Memory for SocketStreams: idle connections give theirs up while what they keep lies beside it.
  base::Slabs& streams();
  // Lets go of what lies about for reuse. In a turn in which nothing was read.
  void ease();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace weir::net
