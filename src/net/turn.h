#pragma once

#include "base/arena.h"
#include "base/clock.h"
#include "base/list.h"
#include "base/retire.h"
#include "net/buffers.h"

namespace weir::net {

// Wants to write out what it gathered when the turn ends. Streams are these.
class Flushed : public base::ListHook<Flushed> {
 public:
  virtual void flush() = 0;

 protected:
  ~Flushed() = default;
};

// Wants to be called once at the end of the turn, behind the flushes: for going on with what must
// not be done inside somebody's callback. Destroying it cancels.
class Deferred : public base::ListHook<Deferred> {
 public:
  virtual void on_turn_end() = 0;

 protected:
  ~Deferred() = default;
};

// The bookkeeping of one loop around callbacks. A turn is one outermost callback with all that it
// causes. At its end, in rounds until nothing is left: streams flush, deferred calls run, streams
// flush again, retired objects are disposed of. Then scratch memory is forgotten. No socket in
// here, so that tests drive it by hand. One thread.
class Turns {
 public:
  // `clock` reads monotonic time in nanoseconds.
  explicit Turns(base::Stamp (*clock)()) : clock_(clock) {}

  // Time of the current wake-up: read once after each poll, the same for all its callbacks.
  base::Stamp now() {
    if (now_ == 0) now_ = clock_();
    return now_;
  }
  // The next now() reads the clock anew. The loop says so before each poll; tests when they turn
  // time.
  void forget_time() { now_ = 0; }

  // Has `stream` flushed at the end of the turn. Idempotent.
  void touch(Flushed& stream) {
    if (!stream.linked()) touched_.push_back(stream);
  }
  // Has `call` called at the end of the turn. Idempotent.
  void defer(Deferred& call) {
    if (!call.linked()) deferred_.push_back(call);
  }
  base::RetireList& retired() { return retired_; }
  // Memory for heads and small pieces; forgotten when the turn ends.
  base::Arena& scratch() { return scratch_; }
  [[nodiscard]] bool inside() const { return depth_ > 0; }
  // What is held of bytes over turns.
  Buffers& buffers() { return buffers_; }

  // Marks a callback; the outermost one ends the turn. Every trampoline makes one first.
  class Scope {
   public:
    explicit Scope(Turns& turns) : turns_(turns) { ++turns_.depth_; }
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;
    ~Scope() {
      if (turns_.depth_ == 1) turns_.end();
      --turns_.depth_;
    }

   private:
    Turns& turns_;
  };

 private:
  void end();
  void flush();

  base::Stamp (*clock_)();
  base::Stamp now_ = 0;
  int depth_ = 0;
  base::List<Flushed> touched_;
  base::List<Deferred> deferred_;
  base::RetireList retired_;
  base::Arena scratch_{64 * 1024};
  Buffers buffers_;
};

}  // namespace weir::net
