#pragma once

#include <vector>

#include "base/result.h"
#include "net/address.h"
#include "net/descriptor.h"

namespace weir::net {

// A bound address with a socket for each worker.
struct ListenSockets {
  Address address;  // with the port that the kernel picked, where 0 was asked for
  std::vector<Descriptor> sockets;
};

// Binds `address` `count` times. TCP: SO_REUSEPORT, TCP_NODELAY (which accepted connections
// inherit), one dual-stack socket for ":port"; an address that somebody already listens on is an
// error, found by a probe socket without SO_REUSEPORT, which would hide it. unix: bound once and
// duplicated; a stale path is unlinked first. The error says what to do. Not listening yet. Any
// thread; blocks for no longer than the system calls take.
base::Result<ListenSockets> bind_all(const Address& address, unsigned count);

}  // namespace weir::net
