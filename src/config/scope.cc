#include "config/scope.h"

#include "config/characters.h"

namespace weir::config {

void Scope::error(Place place, std::string message, std::string hint) {
  if (hint.empty()) hint = strange_character(files_->text(place));
  files_->error(place, std::move(message), std::move(hint));
}

void Scope::wants(Place place, std::string_view name, std::string_view wants,
                  std::string_view reason, std::string hint) {
  std::string message = quoted(name) + " wants " + std::string(wants);
  if (!reason.empty()) message.append("; ").append(reason);
  error(place, std::move(message), std::move(hint));
}

std::string_view kind_text(const Node& node) {
  switch (node.kind) {
    case Node::Kind::kEmpty:
      return "it is empty";
    case Node::Kind::kNull:
      return "this is null; leave the key out for its default";
    case Node::Kind::kList:
      return "this is a list";
    case Node::Kind::kMap:
      return "this is a map";
    case Node::Kind::kText:
      return "this is a single value";
    case Node::Kind::kBroken:
      break;
  }
  return "it is broken";
}

const std::string* read_text(Scope& scope, std::string_view name, std::string_view wants,
                             const Node& node) {
  if (node.is(Node::Kind::kText)) return &node.text;
  if (node.is(Node::Kind::kBroken)) return nullptr;
  // {"a": 1} as the text of a body.
  std::string_view token = scope.files().text(node.place);
  bool meant = wants.starts_with("a text") && (token.starts_with('{') || token.starts_with('['));
  scope.wants(node.place, name, wants, kind_text(node),
              meant ? "quote a text that begins with { or [" : "");
  return nullptr;
}

Entries read_entries(Scope& scope, std::string_view name, std::string_view wants,
                     const Node& node) {
  switch (node.kind) {
    case Node::Kind::kBroken:
      return {};
    case Node::Kind::kEmpty:
    case Node::Kind::kNull:
      scope.wants(node.place, name, wants, kind_text(node));
      return {};
    case Node::Kind::kList:
      return {node.items.data(), node.items.size()};
    default:
      return {&node, 1};
  }
}

std::string relative_to_file(const Files& files, const Node& node) {
  return beside(files.source_of(node.place).name(), node.text);
}

}  // namespace weir::config
