// What routes answer themselves: redirect and respond.
#include <string>
#include <string_view>

#include "base/ascii.h"
#include "config/sections.h"
#include "http/template.h"
#include "respond/fixed_answer.h"
#include "respond/redirect.h"

namespace weir::config {

namespace {

using respond::FixedOptions;
using respond::RedirectOptions;

void read_status(Scope& scope, const KeyInfo& key, const Node& node, unsigned& status) {
  std::uint64_t value = 0;
  if (read_number(scope, key, node, value)) status = static_cast<unsigned>(value);
}

void read_redirect_to(Scope& scope, const KeyInfo& key, const Node& node,
                      RedirectOptions& redirect) {
  const std::string* text = read_text(scope, key.name, wants_text(key.shape), node);
  if (text == nullptr) return;
  http::Template compiled;
  if (!compile_template(scope, key, node, compiled)) return;
  auto checked = respond::check(RedirectOptions{*text, 302});
  if (!checked) return scope.error(node.place, checked.error().text);
  redirect.to = *text;
}

constexpr std::string_view kRedirectStatuses[] = {"301", "302", "303", "307", "308"};

void read_redirect_status(Scope& scope, const KeyInfo& key, const Node& node,
                          RedirectOptions& redirect) {
  const std::string* text = read_text(scope, key.name, wants_text(key.shape), node);
  if (text == nullptr) return;
  for (std::string_view status : kRedirectStatuses) {
    if (status != *text) continue;
    redirect.status = static_cast<unsigned>(*base::parse_decimal(status));
    return;
  }
  scope.wants(node.place, key.name, wants_text(key.shape), "not " + quoted(*text));
}

constexpr Key<RedirectOptions> kRedirectKeys[] = {
    {{"to", "the Location, with $variables", "",
      text("a URI such as \"https://$host$request_uri\""), Trait::kRequired},
     read_redirect_to},
    {{"status", "the status of the answer", "302", choice(kRedirectStatuses)},
     read_redirect_status},
};

void read_fixed_status(Scope& scope, const KeyInfo& key, const Node& node, FixedOptions& fixed) {
  read_status(scope, key, node, fixed.status);
}

void read_headers(Scope& scope, const KeyInfo& key, const Node& node, FixedOptions& fixed) {
  if (!expect_map(scope, key.name, wants_text(key.shape), node)) return;
  for (std::size_t i = 0; i < node.keys.size(); ++i) {
    const std::string& name = node.keys[i].text;
    const std::string* value = read_text(scope, name, "a text", node.items[i]);
    if (value == nullptr) continue;
    FixedOptions one;
    one.headers.emplace_back(name, *value);
    auto checked = respond::check(one);
    if (!checked) {
      scope.error(node.keys[i].place, checked.error().text);
    } else {
      fixed.headers.emplace_back(name, *value);
    }
  }
}

constexpr Shape kHeaderValue = text("a text");

constexpr Key<FixedOptions> kRespondKeys[] = {
    {{"status", "the status of the answer", "200", integer(200, 599)}, read_fixed_status},
    {{"body", "the body", "\"\"", text("a text")}, into<&FixedOptions::body>},
    {{"headers", "headers by name", "{}",
      names("a map of headers such as {Content-Type: text/plain}", kHeaderValue)},
     read_headers},
};

}  // namespace

Section redirect_section() { return {.name = "redirect", .keys = infos_of(kRedirectKeys)}; }
Section respond_section() { return {.name = "respond", .keys = infos_of(kRespondKeys)}; }

void read_redirect_action(Scope& scope, const KeyInfo& key, const Node& node,
                          RedirectOptions& redirect) {
  Scope inside = scope.inside("'redirect'");
  if (!expect_map(scope, key.name, wants_text(key.shape), node)) return;
  read_map(inside, node, kRedirectKeys, redirect);
  if (node.find("to") == nullptr)
    scope.error(node.place,
                "'redirect' has no 'to'; write for example {to: \"https://$host$request_uri\"}");
}

void read_respond_action(Scope& scope, const KeyInfo& key, const Node& node, FixedOptions& fixed) {
  Scope inside = scope.inside("'respond'");
  if (!expect_map(scope, key.name, wants_text(key.shape), node)) return;
  read_map(inside, node, kRespondKeys, fixed);
  auto checked = respond::check(fixed);
  const Node* body = node.find("body");
  if (!checked) scope.error(body != nullptr ? body->place : node.place, checked.error().text);
}

}  // namespace weir::config
