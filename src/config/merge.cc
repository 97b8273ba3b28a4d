#include "config/merge.h"

#include <algorithm>
#include <string>
#include <unordered_map>
#include <utility>

#include "config/sections.h"

namespace weir::config {

namespace {

// What one file gives for a key.
struct Given {
  Node key;
  Node value;
};
using All = std::vector<Given>;

bool all_are(const All& all, Node::Kind kind) {
  return std::all_of(all.begin(), all.end(),
                     [kind](const Given& given) { return given.value.is(kind); });
}

// The shape of a key that is not known, which its reader tells.
constexpr Shape kUnknown = {};

// The shape of what stands under `name` in a map of this shape.
const Shape& shape_under(const Shape& shape, std::string_view name) {
  if (shape.kind == Shape::Kind::kNames) return shape.of[0];
  if (shape.kind == Shape::Kind::kSection) {
    const KeyInfo* key = find_key(shape.section(), name);
    if (key != nullptr) return key->shape;
  }
  for (std::size_t i = 0; shape.kind == Shape::Kind::kAnyOf && i < shape.count; ++i) {
    const Shape& found = shape_under(shape.of[i], name);
    if (&found != &kUnknown) return found;
  }
  return kUnknown;
}

// The values are lists, or may stand bare in place of one.
bool may_be_lists(const Shape& shape, const All& all) {
  if (all_are(all, Node::Kind::kList)) return true;
  if (shape.kind == Shape::Kind::kSection) {
    Section section = shape.section();
    const KeyInfo* bare = find_key(section, section.bare);
    bool no_map = std::none_of(all.begin(), all.end(),
                               [](const Given& given) { return given.value.is(Node::Kind::kMap); });
    return bare != nullptr && no_map && may_be_lists(bare->shape, all);
  }
  return shape.kind == Shape::Kind::kList &&
         std::all_of(all.begin(), all.end(), [](const Given& given) {
           return given.value.is(Node::Kind::kList) || given.value.is(Node::Kind::kText) ||
                  given.value.is(Node::Kind::kMap);
         });
}

Node append(All all) {
  Node list;
  list.kind = Node::Kind::kList;
  list.place = all.front().value.place;
  for (Given& given : all) {
    Node& value = given.value;
    if (!value.is(Node::Kind::kList)) {
      list.items.push_back(std::move(value));
    } else {
      std::move(value.items.begin(), value.items.end(), std::back_inserter(list.items));
    }
  }
  return list;
}

// Where one file gives a map, what another one gives in its short form is a map too.
void write_out(const Shape& shape, All& all) {
  if (shape.kind != Shape::Kind::kSection) return;
  std::string bare(shape.section().bare);
  bool any_map = std::any_of(all.begin(), all.end(),
                             [](const Given& given) { return given.value.is(Node::Kind::kMap); });
  if (bare.empty() || !any_map) return;
  for (Given& given : all) {
    Node& value = given.value;
    if (!value.is(Node::Kind::kText) && !value.is(Node::Kind::kList)) continue;
    Node key = given.key;
    key.text = bare;
    Node map;
    map.kind = Node::Kind::kMap;
    map.place = value.place;
    map.keys.push_back(std::move(key));
    map.items.push_back(std::move(value));
    value = std::move(map);
  }
}

Node merge_values(Files& files, const Shape& shape, All all);

Node merge_maps(Files& files, const Shape& shape, std::vector<Node> maps) {
  std::vector<All> keys;
  std::unordered_map<std::string, std::size_t> index;
  for (Node& map : maps) {
    for (std::size_t i = 0; i < map.keys.size(); ++i) {
      auto [at, is_new] = index.emplace(map.keys[i].text, keys.size());
      if (is_new) keys.emplace_back();
      keys[at->second].push_back({std::move(map.keys[i]), std::move(map.items[i])});
    }
  }
  Node merged;
  merged.kind = Node::Kind::kMap;
  merged.place = maps.front().place;
  for (All& all : keys) {
    merged.keys.push_back(all.front().key);
    const Shape& under = shape_under(shape, all.front().key.text);
    merged.items.push_back(merge_values(files, under, std::move(all)));
  }
  return merged;
}

Node merge_values(Files& files, const Shape& shape, All all) {
  if (all.size() == 1) return std::move(all.front().value);
  for (Given& given : all) {
    if (given.value.is(Node::Kind::kBroken)) return std::move(given.value);
  }
  write_out(shape, all);
  if (may_be_lists(shape, all)) return append(std::move(all));
  if (all_are(all, Node::Kind::kMap)) {
    std::vector<Node> maps;
    for (Given& given : all) maps.push_back(std::move(given.value));
    return merge_maps(files, shape, std::move(maps));
  }
  for (auto given = all.begin() + 1; given != all.end(); ++given) {
    files.error(given->key.place, "key " + quoted(given->key.text) + " is given twice",
                "first in " + files.line_text(all.front().key.place, given->key.place));
  }
  return std::move(all.front().value);
}

}  // namespace

Node merge(Files& files, std::vector<Node> parts) {
  if (parts.size() == 1 || !parts.front().is(Node::Kind::kMap)) return std::move(parts.front());
  constexpr Shape kFile = section(file_section);
  return merge_maps(files, kFile, std::move(parts));
}

}  // namespace weir::config
