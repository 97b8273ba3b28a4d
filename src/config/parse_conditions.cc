#include <string>
#include <utility>

#include "config/condition_keys.h"
#include "http/method.h"
#include "net/address.h"
#include "routing/condition.h"

namespace weir::config {

namespace {

using routing::ConditionOptions;

void refuse_empty(Scope& scope, const KeyInfo& key, const Node& node) {
  if (node.is(Node::Kind::kList) && node.items.empty())
    scope.wants(node.place, key.name, wants_text(key.shape), "the list is empty");
}

// What a method in small letters was meant to be.
std::string method_hint(std::string_view text) {
  std::string upper(text);
  for (char& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  bool known = http::method_of(upper) != http::Method::kOther;
  bool mended = upper != text && known && routing::MethodSet().add(upper);
  return mended ? "did you mean " + quoted(upper) + "?" : "";
}

// A map of names, and of values as routing::ValuePattern reads them.
void read_named(Scope& scope, const KeyInfo& key, const Node& node,
                std::string (*fault)(std::string_view), ConditionOptions::Named& to) {
  if (!expect_map(scope, key.name, wants_text(key.shape), node)) return;
  for (std::size_t i = 0; i < node.keys.size(); ++i) {
    const Node& name = node.keys[i];
    const std::string* text = read_text(scope, name.text, wants_text(*key.shape.of), node.items[i]);
    auto wrong = fault(name.text);
    if (!wrong.empty()) {
      scope.error(name.place, std::move(wrong));
    } else if (text != nullptr) {
      auto pattern = routing::ValuePattern::parse(*text);
      if (!pattern) {
        scope.error(node.items[i].place, pattern.error().text);
      } else {
        to.emplace_back(name.text, *text);
      }
    }
  }
}

}  // namespace

void read_listener_condition(Scope& scope, const KeyInfo& key, const Node& node,
                             ConditionDraft& draft) {
  auto address = read_address(scope, key, node);
  if (!address) return;
  const auto& listeners = draft.file->config.listeners;
  for (std::size_t i = 0; i < listeners.size(); ++i) {
    if (listeners[i].address == *address) draft.options.listener = i;
  }
  if (draft.options.listener || draft.file->listen_broken) return;
  std::string known;
  for (const ListenerConfig& listener : listeners) {
    known.append(known.empty() ? "" : ", ").append(quoted(net::to_text(listener.address)));
  }
  scope.error(node.place, "no listener has the address " + quoted(net::to_text(*address)),
              "'listen' has " + known);
}

void read_method_condition(Scope& scope, const KeyInfo& key, const Node& node,
                           ConditionDraft& draft) {
  for (const Node& entry : read_entries(scope, key.name, wants_text(key.shape), node)) {
    const std::string* text = read_text(scope, key.name, wants_text(key.shape), entry);
    if (text == nullptr) continue;
    routing::MethodSet set;
    auto added = set.add(*text);
    if (!added) {
      scope.error(entry.place, added.error().text, method_hint(*text));
    } else {
      draft.options.methods.push_back(*text);
    }
  }
  refuse_empty(scope, key, node);
}

void read_headers_condition(Scope& scope, const KeyInfo& key, const Node& node,
                            ConditionDraft& draft) {
  read_named(scope, key, node, routing::header_fault, draft.options.headers);
}

void read_query_condition(Scope& scope, const KeyInfo& key, const Node& node,
                          ConditionDraft& draft) {
  read_named(scope, key, node, routing::parameter_fault, draft.options.query);
}

void read_cookies_condition(Scope& scope, const KeyInfo& key, const Node& node,
                            ConditionDraft& draft) {
  read_named(scope, key, node, routing::cookie_fault, draft.options.cookies);
}

void read_client_condition(Scope& scope, const KeyInfo& key, const Node& node,
                           ConditionDraft& draft) {
  for (const Node& entry : read_entries(scope, key.name, wants_text(key.shape), node)) {
    const std::string* text = read_text(scope, key.name, wants_text(key.shape), entry);
    if (text == nullptr) continue;
    auto block = net::Cidr::parse(*text);
    if (!block) {
      scope.error(entry.place, block.error().text);
    } else {
      draft.options.clients.push_back(*text);
    }
  }
  refuse_empty(scope, key, node);
}

Section condition_section() { return {.name = "condition", .keys = infos_of(kConditionKeys)}; }

}  // namespace weir::config
