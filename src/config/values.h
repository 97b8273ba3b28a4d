#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace weir::config {

// Texts to values and back. Pure. The errors say what is wrong with the text ("'10' has no unit");
// who asks says what was wanted. No fractions, no signs, no leading zeros, lower-case units, no
// blanks.

// 250ms 10s 5m 2h 1d; 0 is none.
base::Result<base::Duration> parse_duration(std::string_view text);
// 512 64k 8m 1g, in powers of 1024, to bytes.
base::Result<std::uint64_t> parse_size(std::string_view text);
// 0% to `most`.
base::Result<std::uint64_t> parse_percent(std::string_view text, std::uint64_t most = 100);
// A whole number.
base::Result<std::uint64_t> parse_integer(std::string_view text);
// on, off, true, false and nothing else.
base::Result<bool> parse_switch(std::string_view text);

// The shortest way to write it: "90s", "1h"; "0".
std::string duration_text(base::Duration duration);
// "64k", "1000".
std::string size_text(std::uint64_t bytes);

}  // namespace weir::config
