#pragma once

#include <cstddef>

namespace weir::proxy {

// How often this test program has taken memory from the heap by operator new.
std::size_t allocations();

}  // namespace weir::proxy
