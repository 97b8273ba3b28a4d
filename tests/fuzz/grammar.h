#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// The small pieces of grammar that the reference is made of (RFC 5234, RFC 9110 section 5.6).
namespace weir::fuzz {

inline constexpr std::string_view kDigits = "0123456789";
inline constexpr std::string_view kHex = "0123456789abcdefABCDEF";

bool has(std::string_view set, char c);
// All characters of the text are in the set; true for an empty one.
bool only(std::string_view set, std::string_view text);
bool is_alpha(char c);
bool is_token(std::string_view text);
// HTAB, SP, VCHAR and obs-text.
bool is_text(std::string_view text);

std::string lower(std::string_view text);
// Without OWS at its ends.
std::string_view trimmed(std::string_view text);
// The elements of a comma-separated list, in lower case, without empty ones.
std::vector<std::string> list_of(std::string_view value);
// Digits of a base up to 16 as a number; nothing where it does not fit in 64 bits.
std::optional<std::uint64_t> number_of(std::string_view digits, unsigned base);

}  // namespace weir::fuzz
