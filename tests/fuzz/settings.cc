#include "fuzz/settings.h"

#include <algorithm>

namespace weir::fuzz {

Settings settings_of(const std::uint8_t* data, std::size_t size) {
  Settings out;
  std::string_view input(reinterpret_cast<const char*>(data), size);
  if (size < 2) return out;
  out.switches = data[0];
  std::size_t gaps = std::min<std::size_t>(data[1] & 7U, size - 2);
  for (std::size_t i = 0; i < gaps; ++i) out.gaps.push_back(std::max<std::size_t>(data[2 + i], 1));
  out.bytes = input.substr(2 + gaps);
  if ((out.switches & kSmallLimits) != 0) out.limits = {200, 6, 60};
  out.bounds = {out.limits.header_bytes, out.limits.header_count, out.limits.uri_bytes};
  return out;
}

Gaps byte_by_byte(std::string_view bytes) { return {bytes.size() > 4096 ? std::size_t{97} : 1}; }

}  // namespace weir::fuzz
