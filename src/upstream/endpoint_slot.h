#pragma once

#include <cstdint>
#include <utility>

#include "base/list.h"
#include "base/ref.h"
#include "upstream/connection.h"
#include "upstream/endpoint.h"
#include "upstream/endpoint_set.h"
#include "upstream/stats.h"

namespace weir::upstream {

class Pool;

// An endpoint as one worker sees it within one pool: its connections, its counters, and what is
// configured of it now. Held by its pool while it is in the set, by each of its connections, and by
// tries; one that left the set lives until the last of these goes. One thread.
class EndpointSlot : public base::Counted {
 public:
  // The pool outlives every holder.
  EndpointSlot(Pool& of, const Member& member, unsigned worker)
      : endpoint(member.endpoint), stats(endpoint->stats(worker)), pool(of) {
    configure(member);
  }

  void configure(const Member& member) {
    weight = member.weight;
    max_conns = member.max_conns;
    backup = member.backup;
    down = member.down;
  }

  // It has all the leases that it may have.
  [[nodiscard]] bool full() const { return max_conns != 0 && endpoint->has(max_conns); }

  const base::SharedRef<Endpoint> endpoint;
  EndpointStats& stats;
  Pool& pool;
  base::List<Connection, struct ByEndpoint> idle;  // the one used last is in front
  base::List<Connection, struct ByEndpoint> busy;
  unsigned idle_count = 0;
  unsigned weight = 1;
  unsigned max_conns = 0;  // leases over all workers; 0: no bound
  bool backup = false;
  bool down = false;
  bool leaving = false;             // out of the set: connections that come back are closed
  std::int64_t current_weight = 0;  // of the smooth round robin: what it is owed
  std::uint64_t picked_at = 0;      // of the round robin: the number of its last pick; 0: none
};

}  // namespace weir::upstream
