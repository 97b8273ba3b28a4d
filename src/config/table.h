#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/clock.h"
#include "config/scope.h"
#include "config/shape.h"

namespace weir::config {

// One key of a map that is read into a T.
template <class T>
struct Key {
  KeyInfo info;
  void (*read)(Scope& scope, const KeyInfo& key, const Node& node, T& into);
};

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

// The keys of a table, for its Section and for suggestions.
template <class T, std::size_t kSize>
std::vector<const KeyInfo*> infos_of(const Key<T> (&table)[kSize]) {
  std::vector<const KeyInfo*> infos;
  for (const Key<T>& key : table) infos.push_back(&key.info);
  return infos;
}

// Reads a map by its table: each key by its reader, in file order. What is not in the table is
// told. Null stands for the default of a key that is off until written.
template <class T, std::size_t kSize>
void read_map(Scope& scope, const Node& map, const Key<T> (&table)[kSize], T& target) {
  for (std::size_t i = 0; i < map.keys.size(); ++i) {
    const Key<T>* found = nullptr;
    for (const Key<T>& key : table) {
      if (key.info.name == map.keys[i].text) found = &key;
    }
    if (found == nullptr) {
      unknown_key(scope, map.keys[i], infos_of(table));
    } else if (!map.items[i].is(Node::Kind::kNull) || found->info.standard != "null") {
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
