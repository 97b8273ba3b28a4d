#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/errors.h"
#include "config/source.h"

namespace weir::config {

// One value of a YAML file, with its place. The only form in which the rest of weir sees YAML. A
// plain tree.
struct Node {
  enum class Kind : std::uint8_t {
    kEmpty,  // nothing was written: "key:"
    kNull,   // written as null or ~
    kText,   // any other scalar, plain or quoted; the environment is expanded
    kList,
    kMap,
    kBroken,  // it was wrong and has been told: readers say no more about it
  };

  Kind kind = Kind::kEmpty;
  Place place;       // of the token; of a list or map where it begins; of an empty value its key
  std::string text;  // kText
  std::vector<Node> keys;   // kMap: kText each, distinct, in file order
  std::vector<Node> items;  // kMap: the value of each key; kList: the entries

  [[nodiscard]] bool is(Kind wanted) const { return kind == wanted; }
  // The value of this key of a map, or null.
  [[nodiscard]] const Node* find(std::string_view key) const;
};

// Bounds that no real configuration meets: what is over them is refused.
inline constexpr std::size_t kDepthMax = 32;
inline constexpr std::size_t kNodesMax = 1'000'000;

// Moves all places of the tree on by so many bytes, and counts its values.
std::size_t shift_places(Node& node, std::uint32_t by);

// Reads the one document of `errors.source()`. Nothing when the syntax is broken (told alone).
// Otherwise a tree; what weir does not take (a key given twice, anchors, aliases, tags, merge keys,
// a second document, an unset environment variable) is added to `errors` and left out or kBroken. A
// source without a document is kEmpty.
std::optional<Node> read_yaml(Errors& errors);

}  // namespace weir::config
