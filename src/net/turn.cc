#include "net/turn.h"

namespace weir::net {

void Turns::end() {
  while (!touched_.empty() || !deferred_.empty()) {
    while (!touched_.empty()) touched_.pop_front().flush();
    // Only those that wait now: what they defer comes behind the flush of what they wrote.
    base::List<Deferred> round;
    round.splice(deferred_);
    while (!round.empty()) round.pop_front().on_turn_end();
  }
  retired_.dispose_all();
  scratch_.reset();
}

}  // namespace weir::net
