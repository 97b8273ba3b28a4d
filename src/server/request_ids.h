#pragma once

#include <cstdint>
#include <string_view>

#include "base/arena.h"

namespace weir::server {

// What a trusted peer sent may be the id of its request: 1 to 128 letters, digits and marks that
// mean nothing in a log line or a header.
bool is_request_id(std::string_view text);

// Makes request ids: 32 hexadecimal digits, unique for all practical purposes, not secret
// (xoroshiro128+, seeded by the kernel). One thread.
class RequestIds {
 public:
  RequestIds();
  // A new id, in the arena.
  std::string_view next(base::Arena& arena);
  // 64 bits of what ids are made of, for other choices at random.
  std::uint64_t draw();

 private:
  std::uint64_t state_[2] = {};
};

}  // namespace weir::server
