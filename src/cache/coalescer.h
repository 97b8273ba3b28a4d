#pragma once

#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

#include "base/list.h"
#include "base/pinned.h"
#include "base/retire.h"
#include "cache/fill_reader.h"
#include "cache/fill_rules.h"
#include "cache/fills.h"
#include "http/handler.h"
#include "net/mailbox.h"
#include "net/turn.h"
#include "net/wheel.h"

namespace weir::cache {

// How a handler has its requests filled. All outlive what `pin` holds.
struct FillRoute {
  Fills& fills;
  FillRules& rules;
  http::Handler& origin;
  const base::Pinned* pin = nullptr;  // that each fill holds; null: the handler outlives them all
  base::Duration timeout{5'000};      // for who waits, until a head; 0: none
  std::size_t window = 64 * 1024;     // bytes, of a body that is too large to be stored
};

// A request of such a route. Read during the call only.
struct FillWish {
  const http::Request& request;
  std::string_view key;
  EntryRef stored;  // what the store has, and is no answer yet; null: nothing
  Seconds now = 0;
};

// Hears, once, that a coalescer that drains has no fill left.
class CoalescerEvents {
 public:
  // At a turn's end.
  virtual void on_coalescer_empty() = 0;

 protected:
  ~CoalescerEvents() = default;
};

// The fills that one worker brings, and the way by which its readers hear of those of other
// workers. Outlives generations and their handlers. One thread, but where a call says any.
class Coalescer final : public net::Deferred {
 public:
  enum class Joined : std::uint8_t {
    kWaits,   // events come by the reader, maybe inside of the call
    kStored,  // the store has something else by now: to be looked up again
    kAlone    // the request goes by itself
  };

  // `mailbox` is how other workers reach this one; null: there are none. All outlive it.
  Coalescer(net::Turns& turns, net::Wheel& wheel, net::Mailbox* mailbox);
  ~Coalescer();
  Coalescer(const Coalescer&) = delete;
  Coalescer& operator=(const Coalescer&) = delete;

  // The request, which its reader was started for, takes part in the fill of its key, or causes it.
  // Inside a turn.
  Joined join(FillReader& reader, const FillRoute& route, const FillWish& wish);
  // Has what is stored validated while nobody waits for that; not where it is under way already.
  void revalidate(const FillRoute& route, const FillWish& wish);
  // Ends the fills that nobody reads, now and later on. `events` hears of the last one's end, also
  // where there is none. Once, inside a turn.
  void drain(CoalescerEvents& events);
  // Cuts all fills. Its readers must have left. Inside a turn.
  void close_all();
  // Fills that it brings.
  [[nodiscard]] std::size_t count() const { return count_; }

  [[nodiscard]] net::Turns& turns() { return turns_; }
  [[nodiscard]] bool draining() const { return drain_events_ != nullptr; }

  // Keeps a block until what was written of it in this turn has left or was copied.
  void hold(BlockRef block);
  // The audience looks at the fill at the end of this turn.
  void wake_later(FillRef fill, AudienceRef audience);
  // The exchange looks at its readers at the end of this turn.
  void settle_later(FillExchange& exchange);
  // The same for other threads. Any thread.
  void post_wake(FillRef fill, AudienceRef audience);
  void post_call(FillRef fill);
  // An exchange is over, and will dispose of itself.
  void left(FillExchange& exchange);

  void on_turn_end() override;

 private:
  class Wake;
  class Call;
  struct Held final : base::Retirable {
    void dispose() override { blocks.clear(); }
    std::vector<BlockRef> blocks;
  };

  // Begins what was found to be filled. `reader`: who causes it; null: nobody.
  void begin(Fills::Found found, const FillRoute& route, const FillWish& wish, FillReader* reader);

  net::Turns& turns_;
  net::Wheel& wheel_;
  net::Mailbox* const mailbox_;
  Held held_;
  std::vector<std::pair<FillRef, AudienceRef>> woken_;
  base::List<FillExchange, struct OfCoalescer> exchanges_;  // owned: they dispose of themselves
  std::size_t count_ = 0;
  CoalescerEvents* drain_events_ = nullptr;
  bool told_empty_ = false;
};

}  // namespace weir::cache
