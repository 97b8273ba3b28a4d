#pragma once

#include <array>
#include <cstddef>
#include <memory>

#include "base/bytes.h"

namespace weir::net {

// What one read can take. A loop has one that all its streams read into; a stream that cannot write
// out what it was given may take the whole buffer with it, and the loop goes on with another.
struct ReadBuffer {
  static constexpr std::size_t kSize = 64 * 1024;
  std::array<char, kSize> bytes;

  // The bytes lie in here.
  [[nodiscard]] bool holds(base::Bytes view) const {
    return view.data() >= bytes.data() && view.data() + view.size() <= bytes.data() + kSize;
  }
};
using ReadBufferPtr = std::unique_ptr<ReadBuffer>;

}  // namespace weir::net
