#include "config/table.h"

#include <algorithm>

#include "config/characters.h"
#include "config/nearest.h"
#include "config/values.h"
#include "net/address.h"

namespace weir::config {

namespace {

bool within(Scope& scope, const KeyInfo& key, const Node& node, std::uint64_t value) {
  const Shape& shape = key.shape;
  if (value >= shape.least && value <= shape.most) return true;
  bool low = value < shape.least;
  std::string reason = quoted(node.text) +
                       (low ? " is too small, the least is " : " is too large, the most is ") +
                       bound_text(shape, low ? shape.least : shape.most);
  scope.wants(node.place, key.name, wants_text(shape), reason);
  return false;
}

}  // namespace

bool read_duration(Scope& scope, const KeyInfo& key, const Node& node, base::Duration& value) {
  const std::string* text = read_text(scope, key.name, wants_text(key.shape), node);
  if (text == nullptr) return false;
  auto parsed = parse_duration(*text);
  if (!parsed) {
    scope.wants(node.place, key.name, wants_text(key.shape), parsed.error().text);
    return false;
  }
  if (!within(scope, key, node, static_cast<std::uint64_t>(parsed.value().count()))) return false;
  value = parsed.value();
  return true;
}

bool read_number(Scope& scope, const KeyInfo& key, const Node& node, std::uint64_t& value) {
  const std::string* text = read_text(scope, key.name, wants_text(key.shape), node);
  if (text == nullptr) return false;
  bool is_size = key.shape.kind == Shape::Kind::kSize;
  bool is_percent = key.shape.kind == Shape::Kind::kPercent;
  auto parsed = is_size      ? parse_size(*text)
                : is_percent ? parse_percent(*text, key.shape.most)
                             : parse_integer(*text);
  if (!parsed) {
    scope.wants(node.place, key.name, wants_text(key.shape), parsed.error().text);
    return false;
  }
  if (!within(scope, key, node, parsed.value())) return false;
  value = parsed.value();
  return true;
}

bool read_switch(Scope& scope, const KeyInfo& key, const Node& node, bool& value) {
  const std::string* text = read_text(scope, key.name, wants_text(key.shape), node);
  if (text == nullptr) return false;
  auto parsed = parse_switch(*text);
  if (!parsed) {
    scope.wants(node.place, key.name, wants_text(key.shape), parsed.error().text);
    return false;
  }
  value = parsed.value();
  return true;
}

bool read_choice(Scope& scope, const KeyInfo& key, const Node& node, std::size_t& index) {
  const std::string* text = read_text(scope, key.name, wants_text(key.shape), node);
  if (text == nullptr) return false;
  Nearest nearest(*text);
  for (std::size_t i = 0; i < key.shape.choices.size(); ++i) {
    if (key.shape.choices[i] == *text) {
      index = i;
      return true;
    }
    nearest.offer(key.shape.choices[i]);
  }
  scope.wants(node.place, key.name, wants_text(key.shape), "not " + quoted(*text), nearest.hint());
  return false;
}

bool expect_map(Scope& scope, std::string_view name, std::string_view wants, const Node& node) {
  if (node.is(Node::Kind::kMap)) return true;
  if (!node.is(Node::Kind::kBroken)) scope.wants(node.place, name, wants, kind_text(node));
  return false;
}

void unknown_key(Scope& scope, const Node& key, const std::vector<const KeyInfo*>& known) {
  std::string message = "unknown key " + quoted(key.text);
  if (!scope.where().empty()) message += " in " + scope.where();
  if (scope.is_crowded()) return scope.error(key.place, std::move(message));
  if (key.text == "include") {
    return scope.error(key.place, std::move(message),
                       "'include' stands at the top of a file, in no other map");
  }

  if (std::string strange = strange_character(key.text); !strange.empty())
    return scope.error(key.place, std::move(message), std::move(strange));
  // "{weight:3}" is one word to YAML.
  std::string_view text = key.text;
  std::string_view name = text.substr(0, text.find(':'));
  Nearest nearest(name);
  for (const KeyInfo* info : known) {
    if (info->name == name && name.size() < text.size()) {
      std::string value(text.substr(name.size() + 1));
      return scope.error(key.place, std::move(message),
                         "write a blank behind the colon: " + std::string(name) + ": " + value);
    }
    nearest.offer(info->name);
  }
  bool has_endpoints = std::any_of(known.begin(), known.end(), [](const KeyInfo* info) {
    return info->name == "endpoints" || info->name == "address";
  });
  if (has_endpoints && key.text.find(':') != std::string::npos && net::parse_address(key.text)) {
    return scope.error(
        key.place, std::move(message),
        "an address is no key; write for example {address: \"" + key.text + "\", weight: 3}");
  }
  std::string hint = nearest.hint();
  if (hint.empty()) {
    hint = "known keys:";
    for (const KeyInfo* info : known)
      hint.append(info == known.front() ? " " : ", ").append(info->name);
  }
  scope.error(key.place, std::move(message), std::move(hint));
}

}  // namespace weir::config
