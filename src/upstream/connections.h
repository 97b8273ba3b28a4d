#pragma once

#include <cstddef>

#include "base/clock.h"
#include "base/list.h"
#include "net/stream.h"
#include "net/turn.h"
#include "net/wheel.h"
#include "upstream/connection.h"
#include "upstream/endpoint_slot.h"

namespace weir::upstream {

// All upstream connections of a worker, idle and leased: the one owner. Idle ones are used last in,
// first out, and closed at their bounds (YAML: keepalive). One thread.
class Connections {
 public:
  // All three must outlive it.
  Connections(net::Turns& turns, net::Wheel& wheel, net::Connector& connector);
  // Closes everything; no lease may be out.
  ~Connections();
  Connections(const Connections&) = delete;
  Connections& operator=(const Connections&) = delete;

  // An idle connection of the endpoint that may still be used, or an empty lease.
  Lease try_acquire(EndpointSlot& slot);
  // A lease on a new connection, which says on_connected or on_connection_failed to the events
  // given to Connection::begin later, from the loop. begin() is due before the turn ends.
  Lease connect(EndpointSlot& slot);
  // Closes all idle connections (of a graceful stop), or those of one endpoint.
  void close_idle();
  void close_idle(EndpointSlot& slot);
  // Breaks the tunnels of an endpoint off. Inside a turn.
  void close_tunnels(EndpointSlot& slot);
  [[nodiscard]] std::size_t idle_total() const { return idle_total_; }
  // Of the worker's loop.
  [[nodiscard]] net::Turns& turns() { return turns_; }
  [[nodiscard]] net::Wheel& wheel() { return wheel_; }

 private:
  friend class Connection;
  friend class Lease;
  // Closes and retires. Legal inside the connection's own events.
  void discard(Connection& connection);
  // The end of a lease: keeps the connection where its answer and the bounds allow it.
  void take_back(Connection& connection);
  void make_idle(Connection& connection, base::Stamp now, base::Stamp until);
  void leave_idle(Connection& connection);
  Lease lease(Connection& connection);

  net::Turns& turns_;
  net::Wheel& wheel_;
  net::Connector& connector_;
  base::List<Connection, struct ByAge>
      by_age_;  // idle ones of all endpoints, the longest idle in front
  std::size_t idle_total_ = 0;
};

}  // namespace weir::upstream
