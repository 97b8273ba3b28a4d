#pragma once

#include <cstdint>

namespace weir::http {

// What a receiver of body bytes says of the next ones. Bytes already read are delivered all the
// same: the overshoot is one read buffer.
enum class Flow : std::uint8_t { kGo, kPause };

}  // namespace weir::http
