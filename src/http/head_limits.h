#pragma once

#include <cstddef>

namespace weir::http {

// Bounds on a head. Zero bytes or counts mean "none at all", not "no bound".
struct HeadLimits {
  std::size_t header_bytes =
      32 * 1024;                     // field lines together; also the bound on a trailer section
  std::size_t header_count = 100;    // field lines
  std::size_t uri_bytes = 8 * 1024;  // request line
};

}  // namespace weir::http
