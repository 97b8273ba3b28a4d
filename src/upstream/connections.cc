#include "upstream/connections.h"

#include <memory>
#include <utility>

#include "upstream/pool.h"

namespace weir::upstream {

Connections::Connections(net::Turns& turns, net::Wheel& wheel, net::Connector& connector)
    : turns_(turns), wheel_(wheel), connector_(connector) {}

Connections::~Connections() { close_idle(); }

Lease Connections::lease(Connection& connection) {
  EndpointSlot& slot = *connection.slot_;
  slot.busy.push_back(connection);
  slot.stats.in_flight.add();
  slot.stats.connections_active.add();
  return Lease(connection);
}

Lease Connections::try_acquire(EndpointSlot& slot) {
  base::Stamp now = turns_.now();
  while (!slot.idle.empty()) {
    Connection& connection = slot.idle.front();
    // The wheel may be a tick late.
    if (connection.idle_deadline_.at() <= now) {
      discard(connection);
      continue;
    }
    leave_idle(connection);
    connection.rested_ = now - connection.idle_since_;
    return lease(connection);
  }
  return {};
}

Lease Connections::connect(EndpointSlot& slot) {
  auto connection = std::make_unique<Connection>(*this, slot, wheel_, turns_.now());
  connection->stream_ = connector_.connect(slot.endpoint->socket_address(), *connection);
  // Owned through the lists from here on, until discard().
  return lease(*connection.release());
}

void Connections::take_back(Connection& connection) {
  ++connection.exchanges_;
  const KeepaliveOptions& bounds = connection.slot_->pool.options().keepalive;
  base::Stamp now = turns_.now();
  base::Stamp until = connection.reusable() ? connection.idle_until(now) : 0;
  bool keep = until > now && !connection.slot_->leaving && bounds.idle > 0 &&
              bounds.idle_total > 0 &&
              (bounds.max_requests == 0 || connection.exchanges_ < bounds.max_requests);
  if (keep) {
    make_idle(connection, now, until);
  } else {
    discard(connection);
  }
}

void Connections::make_idle(Connection& connection, base::Stamp now, base::Stamp until) {
  EndpointSlot& slot = *connection.slot_;
  connection.events_ = nullptr;
  connection.idle_since_ = now;
  connection.idle_deadline_.set(until);
  slot.stats.in_flight.subtract();
  slot.stats.connections_active.subtract();
  // The longest idle makes room: it is the likeliest to be closed by its backend.
  while (slot.idle_count >= slot.pool.options().keepalive.idle) {
    slot.pool.stats().idle_full.add();
    discard(slot.idle.back());
  }
  while (idle_total_ >= slot.pool.options().keepalive.idle_total) {
    slot.pool.stats().idle_total_full.add();
    discard(by_age_.front());
  }
  slot.stats.connections_idle.add();
  slot.idle.push_front(connection);
  by_age_.push_back(connection);
  ++slot.idle_count;
  ++idle_total_;
}

void Connections::leave_idle(Connection& connection) {
  EndpointSlot& slot = *connection.slot_;
  slot.stats.connections_idle.subtract();
  connection.base::ListHook<Connection, ByEndpoint>::unlink();
  connection.base::ListHook<Connection, ByAge>::unlink();
  connection.idle_deadline_.clear();
  --slot.idle_count;
  --idle_total_;
}

void Connections::discard(Connection& connection) {
  if (connection.base::ListHook<Connection, ByAge>::linked()) {
    leave_idle(connection);
  } else {
    EndpointSlot& slot = *connection.slot_;
    connection.base::ListHook<Connection, ByEndpoint>::unlink();
    slot.stats.in_flight.subtract();
    slot.stats.connections_active.subtract();
  }
  connection.events_ = nullptr;
  connection.stream_.reset();
  // Outside of a turn no method of it is on the stack, and no turn's end would come for it.
  if (turns_.inside()) {
    turns_.retired().add(connection);
  } else {
    connection.dispose();
  }
}

void Connections::close_idle() {
  while (!by_age_.empty()) discard(by_age_.front());
}

void Connections::close_idle(EndpointSlot& slot) {
  while (!slot.idle.empty()) discard(slot.idle.front());
}

void Connections::close_tunnels(EndpointSlot& slot) {
  slot.busy.each([](Connection& connection) {
    if (connection.is_tunnel_) connection.fail(FailureKind::kCut);
  });
}

}  // namespace weir::upstream
