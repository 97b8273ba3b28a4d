#pragma once

#include <chrono>
#include <functional>
#include <string_view>

namespace weir::support {

using Clock = std::chrono::steady_clock;
using Milliseconds = std::chrono::milliseconds;

// How long a test waits for what should come at once; long enough for a slow, busy machine under
// sanitizers, so that only a real hang meets it.
inline constexpr Milliseconds kPatience{20'000};

// Milliseconds from now until `deadline`, for poll(2); 0 when it has passed.
int left(Clock::time_point deadline);

// Asks `holds` over and over, a millisecond apart, until it says yes. Throws, naming `what`, when
// it did not within `patience`.
void wait_until(std::string_view what, const std::function<bool()>& holds,
                Milliseconds patience = kPatience);

}  // namespace weir::support
