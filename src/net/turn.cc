#include "net/turn.h"

namespace weir::net {

void Turns::end() {
  // What a retired object does while it goes (a lease given back, a last write) is still of this
  // turn: left over, it would hold views into memory that is forgotten below.
  while (!touched_.empty() || !deferred_.empty() || !retired_.empty()) {
    flush();
    // Only those that wait now: what they defer comes behind the flush of what they wrote.
    base::List<Deferred> round;
    round.splice(deferred_);
    while (!round.empty()) round.pop_front().on_turn_end();
    // Behind the flush of what they wrote, and in each round: of many pipelined requests answered
    // at once, one after the other holds memory, not all of them.
    flush();
    retired_.dispose_all();
  }
  scratch_.reset();
}

void Turns::flush() {
  while (!touched_.empty()) touched_.pop_front().flush();
}

}  // namespace weir::net
