#include "observe/health_line.h"

#include <array>
#include <cstdint>
#include <string_view>

namespace weir::observe {
namespace {

// "450ms", "12s", "3m 5s", "2d 1h": the two largest units.
std::string span_text(base::Stamp ns) {
  struct Unit {
    std::int64_t ms;
    std::string_view name;
  };
  constexpr std::array<Unit, 5> kUnits = {
      {{86'400'000, "d"}, {3'600'000, "h"}, {60'000, "m"}, {1'000, "s"}, {1, "ms"}}};
  std::int64_t rest = ns / 1'000'000;
  std::size_t first = 0;
  while (first + 1 < kUnits.size() && rest < kUnits[first].ms) ++first;
  std::string text = std::to_string(rest / kUnits[first].ms).append(kUnits[first].name);
  std::size_t second = first + 1;
  // Of seconds nobody wants to know the milliseconds.
  if (second + 1 >= kUnits.size()) return text;
  std::int64_t behind = rest % kUnits[first].ms / kUnits[second].ms;
  if (behind == 0) return text;
  return text.append(" ").append(std::to_string(behind)).append(kUnits[second].name);
}

}  // namespace

std::string health_line(const upstream::HealthChange& change) {
  std::string line = "upstream '" + change.endpoint.pool().name() + "': " + change.endpoint.text();
  unsigned row = change.record.row();
  if (change.record.health() == upstream::Health::kDown) {
    line.append(" is down: ").append(change.record.reason());
    if (row == 1) return line + " (1 probe failed)";
    return line + " (" + std::to_string(row) + " probes failed in a row)";
  }
  if (change.before == upstream::Health::kUnchecked) return line + " is up";
  return line + " is up again after " + span_text(change.lasted);
}

}  // namespace weir::observe
