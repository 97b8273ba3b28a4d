#pragma once

#include <cstdint>

#include "base/bytes.h"

namespace weir::backend {

// The FNV-1a checksum of 64 bits (Fowler, Noll, Vo) over bytes that come in pieces.
class Fnv1a {
 public:
  void add(base::Bytes bytes) {
    for (char c : bytes) value_ = (value_ ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  }
  [[nodiscard]] std::uint64_t value() const { return value_; }

 private:
  std::uint64_t value_ = 0xcbf29ce484222325;
};

}  // namespace weir::backend
