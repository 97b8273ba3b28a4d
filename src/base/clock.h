#pragma once

#include <chrono>
#include <cstdint>

namespace weir::base {

// A span of time as options hold it. Zero means "none" wherever an option says so.
using Duration = std::chrono::milliseconds;

// A monotonic point in time, in nanoseconds from an arbitrary start (CLOCK_MONOTONIC, as
// uv_hrtime).
using Stamp = std::int64_t;

// Later than any point in time.
inline constexpr Stamp kNever = INT64_MAX;

// The stamp `by` after `from`; kNever where `by` is zero (an option that is off) or over a century.
constexpr Stamp after(Stamp from, Duration by) {
  constexpr std::int64_t kCentury = 3'155'760'000'000;  // ms; what is longer would overflow
  return by.count() == 0 || by.count() > kCentury ? kNever : from + by.count() * 1'000'000;
}

// Seconds from one stamp to another, as Prometheus counts.
constexpr double seconds(Stamp from, Stamp to) { return static_cast<double>(to - from) / 1e9; }

// Reads the clock of stamps. A loop's turn reads it once (net::Turns::now); this is for elsewhere.
inline Stamp read_clock() { return std::chrono::steady_clock::now().time_since_epoch().count(); }

// Wall clock: seconds since 1970, as Prometheus counts.
inline double unix_seconds() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

}  // namespace weir::base
