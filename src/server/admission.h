#pragma once

#include "base/ref.h"
#include "server/client_table.h"
#include "server/places.h"

namespace weir::server {

// Who is connected, over all workers of a process. Outlives reloads; held by each service. Any
// thread.
struct Admission : base::Shared {
  Places places;        // bounded by limits.connections
  ClientTable clients;  // bounded by limits.per_client; empty where that is off
};

}  // namespace weir::server
