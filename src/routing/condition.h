#pragma once

#include <cstddef>
#include <variant>

#include "http/message.h"

namespace weir::routing {

// What conditions look at: a request, and where it came in. Lives for one look-up.
struct Asked {
  const http::RequestHead& head;
  std::size_t listener = 0;  // index of the listener, as configured
};

// Only requests of one listener.
struct OnListener {
  std::size_t listener = 0;
  [[nodiscard]] bool holds(const Asked& asked) const { return asked.listener == listener; }
};

// One thing that a route asks beside host and path. Each alternative has holds(); a route with more
// of them goes before one with fewer.
using Condition = std::variant<OnListener>;

inline bool holds(const Condition& condition, const Asked& asked) {
  return std::visit([&](const auto& one) { return one.holds(asked); }, condition);
}

}  // namespace weir::routing
