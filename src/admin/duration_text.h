#pragma once

#include <string>

namespace weir::admin {

// How long something has lasted, for people: its two largest units ("12d 3h", "5m 2s", "4s").
// Negative: "0s".
std::string duration_text(double seconds);

}  // namespace weir::admin
