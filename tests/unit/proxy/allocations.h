#pragma once

#include <cstddef>

namespace weir::proxy {

// How often this test program has taken memory from the heap by operator new; never,
// under TSan.
std::size_t allocations();

}  // namespace weir::proxy
