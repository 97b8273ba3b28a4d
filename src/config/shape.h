#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weir::config {

struct KeyInfo;

// A map with keys of its own.
struct Section {
  std::string_view name;  // distinct, one word: "endpoint"
  std::vector<const KeyInfo*> keys;
  std::string_view bare = {};  // the key whose value may stand in place of the map; empty: none
  bool switched = false;       // may be on (all defaults) or off instead
  std::span<const std::string_view> one_of = {};  // exactly one of these keys has to be there
};

// What values a key takes: the grammar of the file. Parsers, error messages, the schema, the
// reference and the printed file all read it.
struct Shape {
  enum class Kind : std::uint8_t {
    kDuration,  // least and most in milliseconds
    kSize,      // in bytes
    kInteger,
    kPercent,
    kSwitch,
    kChoice,  // one of `choices`
    kText,
    kPath,     // of a file, relative to the file that names it
    kSection,  // a map with the keys of `section`, or what may stand in its place
    kList,     // each entry is an of[0], at least `least`; one may stand bare
    kNames,    // a map from names that the user chooses; each value is an of[0]
    kAnyOf,    // one of the `count` shapes at `of`
  };

  Kind kind = Kind::kText;
  std::uint64_t least = 0;
  std::uint64_t most = 0;
  std::span<const std::string_view> choices = {};
  std::string_view wants = {};    // completes "'key' wants ..."; empty: made from the kind
  std::string_view pattern = {};  // kText; of the names of kNames: a regex (ECMA-262), for editors
  Section (*section)() = nullptr;
  const Shape* of = nullptr;
  std::size_t count = 0;
};

constexpr Shape duration(std::uint64_t least_ms, std::uint64_t most_ms) {
  return {.kind = Shape::Kind::kDuration, .least = least_ms, .most = most_ms};
}
constexpr Shape size(std::uint64_t least, std::uint64_t most) {
  return {.kind = Shape::Kind::kSize, .least = least, .most = most};
}
constexpr Shape integer(std::uint64_t least, std::uint64_t most) {
  return {.kind = Shape::Kind::kInteger, .least = least, .most = most};
}
constexpr Shape percent(std::uint64_t least = 0, std::uint64_t most = 100) {
  return {.kind = Shape::Kind::kPercent, .least = least, .most = most};
}
constexpr Shape on_off() { return {.kind = Shape::Kind::kSwitch}; }
constexpr Shape text(std::string_view wants, std::string_view pattern = {}) {
  return {.kind = Shape::Kind::kText, .wants = wants, .pattern = pattern};
}
constexpr Shape path(std::string_view wants) {
  return {.kind = Shape::Kind::kPath, .wants = wants};
}
// In the order of the enumerators, which count from 0.
constexpr Shape choice(std::span<const std::string_view> choices) {
  return {.kind = Shape::Kind::kChoice, .choices = choices};
}
constexpr Shape section(Section (*section)(), std::string_view wants = {}) {
  return {.kind = Shape::Kind::kSection, .wants = wants, .section = section};
}
// The shapes that the next three refer to are constants at namespace scope.
constexpr Shape list(std::string_view wants, const Shape& entry, std::uint64_t least = 0) {
  return {.kind = Shape::Kind::kList, .least = least, .wants = wants, .of = &entry, .count = 1};
}
constexpr Shape names(std::string_view wants, const Shape& value, std::string_view pattern = {}) {
  return {
      .kind = Shape::Kind::kNames, .wants = wants, .pattern = pattern, .of = &value, .count = 1};
}
template <std::size_t kCount>
constexpr Shape any_of(std::string_view wants, const Shape (&shapes)[kCount]) {
  return {.kind = Shape::Kind::kAnyOf, .wants = wants, .of = shapes, .count = kCount};
}

inline constexpr std::uint64_t kSecond = 1'000;  // durations, in milliseconds
inline constexpr std::uint64_t kDay = 86'400 * kSecond;
inline constexpr std::uint64_t kYear = 365 * kDay;
inline constexpr std::uint64_t kKilo = 1024;  // sizes, in bytes
inline constexpr std::uint64_t kMega = 1024 * kKilo;
inline constexpr std::uint64_t kGiga = 1024 * kMega;

// What a key is besides its value.
enum class Trait : std::uint8_t {
  kNone,
  kRequired,  // a map without it is an error
  kSecret,    // its value is shown to nobody
};

// One key of a map, as a user knows it.
struct KeyInfo {
  std::string_view name;
  std::string_view about;     // one line: what it does
  std::string_view standard;  // the default as YAML; "null": off until written; empty: none, or
                              // that of its parts
  Shape shape;
  Trait trait = Trait::kNone;
};

// "a duration such as 250ms, 10s or 5m".
std::string wants_text(const Shape& shape);

// The key of this name, or null.
const KeyInfo* find_key(const Section& section, std::string_view name);

// A bound of the shape as a user writes it: "10s", "64k", "20%".
std::string bound_text(const Shape& shape, std::uint64_t bound);

}  // namespace weir::config
