#pragma once

#include <cstddef>
#include <string_view>

namespace weir::base {

// A view of bytes that belong to somebody else. Every interface that takes one says until when it
// may be read.
using Bytes = std::string_view;

}  // namespace weir::base
