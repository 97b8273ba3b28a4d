#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "upstream/endpoint_slot.h"
#include "upstream/options.h"

namespace weir::upstream {

// Chooses among endpoints of a pool. One per worker and pool; it has no clock and no socket, and
// never learns about health: it is told who may be picked. What it may look at in a slot: weight,
// the endpoint's text, address and load. One thread.
class Balancer {
 public:
  virtual ~Balancer() = default;
  // These may be picked from now on: never empty, in the set's order, without repetition. They stay
  // until the next call or forget(), the span only during this one. Comes when health, ejection or
  // the set changed, not per request; what must outlast that (whose turn it is) is kept as far as
  // it makes sense.
  virtual void set_candidates(std::span<EndpointSlot* const> candidates) = 0;
  // The candidates may go and their weights change, behind this call; set_candidates comes before
  // the next pick.
  virtual void forget() = 0;
  // One of the candidates. `key`: hash of what the request is balanced by, else 0. Costs what it
  // must: no allocation, and no more with a thousand candidates than with three, but where the
  // algorithm is a scan (least_conn).
  virtual EndpointSlot& pick(std::uint64_t key) = 0;
  // One of `among`, some of the candidates (never empty, in their order): behind a failed try, or
  // where those picked are full. May look at all of them.
  virtual EndpointSlot& pick_among(std::span<EndpointSlot* const> among, std::uint64_t key) = 0;
};

// The balancer that the options ask for, for the worker of this number: workers begin at different
// endpoints.
std::unique_ptr<Balancer> make_balancer(const BalanceOptions& options, unsigned worker);

}  // namespace weir::upstream
