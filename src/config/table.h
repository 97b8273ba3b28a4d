#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/clock.h"
#include "config/scope.h"

namespace weir::config {

struct KeyInfo;

// What values a key takes. Parsers, error messages, the schema and the printed file all read it.
struct Shape {
  enum class Kind : std::uint8_t {
    kDuration,  // least and most in milliseconds
    kSize,      // in bytes
    kInteger,
    kPercent,
    kSwitch,
    kChoice,  // one of `choices`
    kText,
    kSection,  // a map with keys of its own
    kOther,    // several forms, told by `wants`
  };

  Kind kind = Kind::kOther;
  std::uint64_t least = 0;
  std::uint64_t most = 0;
  std::span<const std::string_view> choices = {};
  std::string_view wants = {};  // completes "'key' wants ..."; empty: made from the kind
  std::vector<const KeyInfo*> (*keys)() =
      nullptr;  // kSection, and kOther with a map among its forms
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
constexpr Shape text(std::string_view wants) {
  return {.kind = Shape::Kind::kText, .wants = wants};
}
// In the order of the enumerators, which count from 0.
constexpr Shape choice(std::span<const std::string_view> choices) {
  return {.kind = Shape::Kind::kChoice, .choices = choices};
}
constexpr Shape section(std::vector<const KeyInfo*> (*keys)()) {
  return {.kind = Shape::Kind::kSection, .keys = keys};
}
constexpr Shape other(std::string_view wants, std::vector<const KeyInfo*> (*keys)() = nullptr) {
  return {.kind = Shape::Kind::kOther, .wants = wants, .keys = keys};
}

inline constexpr std::uint64_t kSecond = 1'000;  // durations, in milliseconds
inline constexpr std::uint64_t kDay = 86'400 * kSecond;
inline constexpr std::uint64_t kYear = 365 * kDay;
inline constexpr std::uint64_t kKilo = 1024;  // sizes, in bytes
inline constexpr std::uint64_t kMega = 1024 * kKilo;
inline constexpr std::uint64_t kGiga = 1024 * kMega;

// One key of a map, as a user knows it.
struct KeyInfo {
  std::string_view name;
  std::string_view about;     // one line: what it does
  std::string_view standard;  // the default as YAML; "null": off until written; empty: none, or
                              // that of its parts
  Shape shape;
};

// One key of a map that is read into a T.
template <class T>
struct Key {
  KeyInfo info;
  void (*read)(Scope& scope, const KeyInfo& key, const Node& node, T& into);
};

// "a duration such as 250ms, 10s or 5m".
std::string wants_text(const Shape& shape);

// Values of one kind, within the bounds of the key's shape. False, and an error unless the node is
// kBroken, when it is not one; `value` is then untouched.
bool read_duration(Scope& scope, const KeyInfo& key, const Node& node, base::Duration& value);
// kSize, kInteger and kPercent.
bool read_number(Scope& scope, const KeyInfo& key, const Node& node, std::uint64_t& value);
bool read_switch(Scope& scope, const KeyInfo& key, const Node& node, bool& value);
// The index of the choice.
bool read_choice(Scope& scope, const KeyInfo& key, const Node& node, std::size_t& index);

template <class Member>
struct MemberOf;
template <class T, class F>
struct MemberOf<F T::*> {
  using Class = T;
  using Type = F;
};

// A reader for Key: fills one plain member, by its type.
template <auto kMember>
void into(Scope& scope, const KeyInfo& key, const Node& node,
          typename MemberOf<decltype(kMember)>::Class& target) {
  using Type = typename MemberOf<decltype(kMember)>::Type;
  Type& member = target.*kMember;
  if constexpr (std::is_same_v<Type, base::Duration>) {
    read_duration(scope, key, node, member);
  } else if constexpr (std::is_same_v<Type, bool>) {
    read_switch(scope, key, node, member);
  } else if constexpr (std::is_enum_v<Type>) {
    std::size_t index = 0;
    if (read_choice(scope, key, node, index)) member = static_cast<Type>(index);
  } else if constexpr (std::is_same_v<Type, std::string>) {
    if (const std::string* value = read_text(scope, key.name, wants_text(key.shape), node))
      member = *value;
  } else {
    static_assert(std::is_unsigned_v<Type>);
    std::uint64_t value = 0;
    if (read_number(scope, key, node, value)) member = static_cast<Type>(value);
  }
}

// The node is a map; an error unless it is kBroken otherwise. `wants`: as in "'key' wants ...".
bool expect_map(Scope& scope, std::string_view name, std::string_view wants, const Node& node);
// Tells of a key that is not in the table.
void unknown_key(Scope& scope, const Node& key, const std::vector<const KeyInfo*>& known);

// The keys of a table, for the schema and for suggestions.
template <class T, std::size_t kSize>
std::vector<const KeyInfo*> infos_of(const Key<T> (&table)[kSize]) {
  std::vector<const KeyInfo*> infos;
  for (const Key<T>& key : table) infos.push_back(&key.info);
  return infos;
}

// Reads a map by its table: each key by its reader, in file order. What is not in the table is
// told.
template <class T, std::size_t kSize>
void read_map(Scope& scope, const Node& map, const Key<T> (&table)[kSize], T& target) {
  for (std::size_t i = 0; i < map.keys.size(); ++i) {
    const Key<T>* found = nullptr;
    for (const Key<T>& key : table) {
      if (key.info.name == map.keys[i].text) found = &key;
    }
    if (found == nullptr) {
      unknown_key(scope, map.keys[i], infos_of(table));
    } else {
      found->read(scope, found->info, map.items[i], target);
    }
  }
}

// As read_map for the value of a key that has to be a map.
template <class T, std::size_t kSize>
void read_section(Scope& scope, const KeyInfo& key, const Node& node, const Key<T> (&table)[kSize],
                  T& target) {
  if (expect_map(scope, key.name, wants_text(key.shape), node))
    read_map(scope, node, table, target);
}

}  // namespace weir::config
