#include "config/values.h"

#include <array>
#include <charconv>
#include <system_error>

#include "base/ascii.h"
#include "config/errors.h"

namespace weir::config {

namespace {

struct Unit {
  std::string_view name;
  std::uint64_t factor;
};

constexpr std::array kDurationUnits = {Unit{"ms", 1}, Unit{"s", 1'000}, Unit{"m", 60'000},
                                       Unit{"h", 3'600'000}, Unit{"d", 86'400'000}};
constexpr std::array kSizeUnits = {Unit{"", 1}, Unit{"k", 1ULL << 10}, Unit{"m", 1ULL << 20},
                                   Unit{"g", 1ULL << 30}};

constexpr std::string_view kSmallerUnit = "; take the next smaller unit";

base::Error wrong(std::string_view text, const std::string& what) {
  return {quoted(text) + " " + what};
}

// To one who may have meant octal: "; write 10, or 8 if it is octal". Empty for other digits.
std::string octal_text(std::string_view text) {
  constexpr std::size_t kDigitsMax = 12;
  bool is_octal =
      text.size() <= kDigitsMax && text.find_first_not_of("01234567") == std::string_view::npos;
  std::size_t first = text.find_first_not_of('0');
  if (!is_octal || first == std::string_view::npos) return {};
  std::uint64_t value = 0;
  for (char c : text) value = value * 8 + static_cast<std::uint64_t>(c - '0');
  std::string plain(text.substr(first));
  std::string meant = std::to_string(value);
  return "; write " + plain + (meant == plain ? "" : ", or " + meant + " if it is octal");
}

// "0x1f", "0o17", "0b11".
std::optional<std::uint64_t> based_number(std::string_view text) {
  constexpr std::string_view kMarks = "bxo";
  constexpr int kBases[] = {2, 16, 8};
  std::size_t mark = text.size() > 2 && text[0] == '0' ? kMarks.find(text[1]) : std::string::npos;
  if (mark == std::string_view::npos) return std::nullopt;
  std::uint64_t value = 0;
  auto read = std::from_chars(text.data() + 2, text.data() + text.size(), value, kBases[mark]);
  bool whole = read.ec == std::errc() && read.ptr == text.data() + text.size();
  return whole ? std::optional(value) : std::nullopt;
}

// "0.2" and "0.25" in hundredths.
std::optional<std::uint64_t> hundredths_of(std::string_view text) {
  if (!text.starts_with("0.") || text.size() < 3 || text.size() > 4) return std::nullopt;
  auto value = base::parse_decimal(text.substr(2));
  if (value && text.size() == 3) *value *= 10;
  return value;
}

// The unit behind a number, without what is around it by mistake: "5 s", "5s;".
std::string_view unit_of(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(';') || text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

// What is wrong with a text that should begin with digits: the digits end at `size`.
std::optional<base::Error> number_fault(std::string_view text, std::size_t size,
                                        std::string_view instead = "") {
  if (text.empty()) return base::Error{"it is empty"};
  if (text[0] == '-' || text[0] == '+') return wrong(text, "has a sign");
  if (size == 0) return wrong(text, "is no number");
  if (size < text.size() && text[size] == ',') return wrong(text, "has a comma");
  if (size < text.size() && text[size] == '.')
    return wrong(text, "has a fraction" + std::string(instead));
  if (size > 1 && text[0] == '0') return wrong(text, "has a leading zero" + octal_text(text));
  return std::nullopt;
}

std::size_t digits_of(std::string_view text) {
  std::size_t size = 0;
  while (size < text.size() && base::is_digit(text[size])) ++size;
  return size;
}

// value * factor, or an error when it does not fit in 63 bits.
base::Result<std::uint64_t> scaled(std::string_view text, std::string_view digits,
                                   std::uint64_t factor) {
  auto value = base::parse_decimal(digits);
  if (!value || *value > static_cast<std::uint64_t>(INT64_MAX) / factor)
    return wrong(text, "is too large");
  return *value * factor;
}

// A unit that people write and weir does not: "KB", "sec". Empty when nothing is known.
std::string_view usual_duration_unit(std::string_view unit) {
  std::string name = base::to_lower(unit_of(unit));
  if (name == "sec" || name == "secs" || name == "second" || name == "seconds" || name == "s")
    return "s";
  if (name == "min" || name == "mins" || name == "minute" || name == "minutes") return "m";
  if (name == "msec" || name == "millis" || name == "milliseconds" || name == "ms") return "ms";
  if (name == "hour" || name == "hours" || name == "hr" || name == "h") return "h";
  if (name == "day" || name == "days" || name == "d") return "d";
  return {};
}

std::string_view usual_size_unit(std::string_view unit) {
  std::string name = base::to_lower(unit_of(unit));
  if (name == "kb" || name == "kib" || name == "k") return "k";
  if (name == "mb" || name == "mib" || name == "m") return "m";
  if (name == "gb" || name == "gib" || name == "g") return "g";
  if (name == "b" || name == "bytes") return "";
  return "-";
}

}  // namespace

base::Result<base::Duration> parse_duration(std::string_view text) {
  std::size_t size = digits_of(text);
  if (size > 0 && size < text.size() && text[size] == ':')
    return wrong(text, "is a time of day; write a number and a unit, as 90s or 5m");
  if (auto fault = number_fault(text, size, kSmallerUnit)) return *fault;
  std::string_view digits = text.substr(0, size);
  std::string_view name = text.substr(size);
  if (name.empty()) {
    if (digits == "0") return base::Duration(0);
    return wrong(text, "has no unit");
  }
  for (const Unit& unit : kDurationUnits) {
    if (unit.name != name) continue;
    auto value = scaled(text, digits, unit.factor);
    if (!value) return value.error();
    return base::Duration(static_cast<base::Duration::rep>(value.value()));
  }
  std::string_view usual = usual_duration_unit(name);
  if (!usual.empty()) return wrong(text, "is written " + std::string(digits) + std::string(usual));
  if (name.find_first_of("0123456789") != std::string_view::npos)
    return wrong(text, "is more than one number and one unit");
  return wrong(text, "has an unknown unit; the units are ms, s, m, h and d");
}

base::Result<std::uint64_t> parse_size(std::string_view text) {
  std::size_t size = digits_of(text);
  if (auto fault = number_fault(text, size, kSmallerUnit)) return *fault;
  std::string_view digits = text.substr(0, size);
  std::string_view name = text.substr(size);
  for (const Unit& unit : kSizeUnits) {
    if (unit.name == name) return scaled(text, digits, unit.factor);
  }
  std::string_view usual = usual_size_unit(name);
  if (usual != "-") return wrong(text, "is written " + std::string(digits) + std::string(usual));
  return wrong(text, "has an unknown unit; the units are k, m and g");
}

base::Result<std::uint64_t> parse_percent(std::string_view text, std::uint64_t most) {
  std::size_t size = digits_of(text);
  if (auto hundredths = hundredths_of(text))
    return wrong(text, "is written " + std::to_string(*hundredths) + "%");
  if (auto fault = number_fault(text, size)) return *fault;
  std::string_view sign = text.substr(size);
  if (sign.empty()) return wrong(text, "has no %");
  if (sign != "%") return wrong(text, "is no ratio");
  auto value = scaled(text, text.substr(0, size), 1);
  if (!value || value.value() > most)
    return wrong(text, "is more than " + std::to_string(most) + "%");
  return value;
}

base::Result<std::uint64_t> parse_integer(std::string_view text) {
  std::size_t size = digits_of(text);
  if (auto fault = number_fault(text, size)) return *fault;
  if (size < text.size()) {
    std::string plain(text);
    std::erase(plain, '_');
    if (digits_of(plain) == plain.size()) return wrong(text, "is written " + plain);
    if (auto value = based_number(text)) return wrong(text, "is written " + std::to_string(*value));
    return wrong(text, "is no whole number");
  }
  return scaled(text, text, 1);
}

base::Result<bool> parse_switch(std::string_view text) {
  if (text == "on" || text == "true") return true;
  if (text == "off" || text == "false") return false;
  std::string lower = base::to_lower(base::trim(text));
  if (lower == "yes" || lower == "y" || lower == "on" || lower == "true" || lower == "1" ||
      lower == "enabled")
    return wrong(text, "is written on");
  if (lower == "no" || lower == "n" || lower == "off" || lower == "false" || lower == "0" ||
      lower == "disabled")
    return wrong(text, "is written off");
  if (text.empty()) return base::Error{"it is empty"};
  return wrong(text, "is neither");
}

std::string duration_text(base::Duration duration) {
  auto value = static_cast<std::uint64_t>(duration.count());
  if (value == 0) return "0";
  // The largest unit without a rest: 90s stays 90s, 60s becomes 1m.
  const Unit* best = &kDurationUnits[0];
  for (const Unit& unit : kDurationUnits) {
    if (value % unit.factor == 0) best = &unit;
  }
  return std::to_string(value / best->factor) + std::string(best->name);
}

std::string size_text(std::uint64_t bytes) {
  const Unit* best = &kSizeUnits[0];
  for (const Unit& unit : kSizeUnits) {
    if (bytes != 0 && bytes % unit.factor == 0) best = &unit;
  }
  return std::to_string(bytes / best->factor) + std::string(best->name);
}

}  // namespace weir::config
