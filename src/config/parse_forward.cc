// The keys of a route that say how requests and answers are changed on their way.

#include <string>
#include <utility>

#include "config/sections.h"
#include "http/field_edits.h"
#include "http/path_rewrite.h"
#include "proxy/options.h"

namespace weir::config {

namespace {

using http::RewriteOptions;

// Tells what is wrong with one option of a rewrite, the only one that `alone` has.
void check_rewrite(Scope& scope, const Node& node, const RewriteOptions& alone) {
  auto made = http::PathRewrite::compile(alone);
  if (!made) scope.error(node.place, made.error().text);
}

void read_strip_prefix(Scope& scope, const KeyInfo& key, const Node& node,
                       RewriteOptions& rewrite) {
  const std::string* text = read_text(scope, key.name, wants_text(key.shape), node);
  if (text == nullptr) return;
  check_rewrite(scope, node, {.strip_prefix = *text});
  rewrite.strip_prefix = *text;
}

void read_add_prefix(Scope& scope, const KeyInfo& key, const Node& node, RewriteOptions& rewrite) {
  const std::string* text = read_text(scope, key.name, wants_text(key.shape), node);
  if (text == nullptr) return;
  check_rewrite(scope, node, {.add_prefix = *text});
  rewrite.add_prefix = *text;
}

void read_replace(Scope& scope, const KeyInfo& key, const Node& node, RewriteOptions& rewrite) {
  auto wants = wants_text(key.shape);
  if (node.is(Node::Kind::kBroken)) return;
  if (!node.is(Node::Kind::kList)) return scope.wants(node.place, key.name, wants, kind_text(node));
  if (node.items.size() != 2) {
    return scope.wants(node.place, key.name, wants,
                       "this has " + std::to_string(node.items.size()) + " entries");
  }
  const std::string* pattern = read_text(scope, key.name, wants, node.items[0]);
  const std::string* replacement = read_text(scope, key.name, wants, node.items[1]);
  if (pattern == nullptr || replacement == nullptr) return;
  if (pattern->empty()) {
    return scope.wants(node.items[0].place, key.name, wants, "the regex is empty");
  }
  auto regex = http::Regex::compile(*pattern);
  if (!regex) return scope.error(node.items[0].place, regex.error().text);
  check_rewrite(scope, node.items[1], {.pattern = *pattern, .replacement = *replacement});
  rewrite.pattern = *pattern;
  rewrite.replacement = *replacement;
}

constexpr Shape kReplaceEntry = text("a regex, or what stands in place of its match");

constexpr Key<RewriteOptions> kRewriteKeys[] = {
    {{"strip_prefix", "taken off the path: /a of /a/b, but not of /ab", "null",
      text("a path such as /orders")},
     read_strip_prefix},
    {{"add_prefix", "put in front of the path, behind strip_prefix", "null",
      text("a path such as /v2")},
     read_add_prefix},
    {{"replace",
      "a regex, and what stands in place of its first match in the path; $1 to $9 are "
      "its groups",
      "null", list("a regex and a text such as [\"^/old/(.*)\", \"/new/$1\"]", kReplaceEntry, 2)},
     read_replace},
};

// One of set, add and remove is read into the edits by these.
struct EditsDraft {
  http::FieldEdits& edits;
  bool of_request;
};

// False, and an error, where no configuration may say anything of this field.
bool check_field(Scope& scope, const Node& name, bool of_request, std::string_view value) {
  if (of_request && http::name_of(name.text) == http::Name::kHost) {
    scope.error(name.place, "'Host' is set by 'host_header'",
                "write host_header: \"api.internal\" in the route");
    return false;
  }
  std::string fault = http::field_fault(name.text, value);
  if (fault.empty()) return true;
  scope.error(name.place, std::move(fault));
  return false;
}

template <class Put>
void read_fields(Scope& scope, const KeyInfo& key, const Node& node, const EditsDraft& draft,
                 const Put& put) {
  if (!expect_map(scope, key.name, wants_text(key.shape), node)) return;
  for (std::size_t i = 0; i < node.keys.size(); ++i) {
    const std::string& name = node.keys[i].text;
    const std::string* value = read_text(scope, name, "a text, with $variables", node.items[i]);
    if (value == nullptr || !check_field(scope, node.keys[i], draft.of_request, *value)) continue;
    http::Template made;
    if (compile_template(scope, key, node.items[i], made)) put(name, std::move(made));
  }
}

void read_set(Scope& scope, const KeyInfo& key, const Node& node, EditsDraft& draft) {
  read_fields(scope, key, node, draft, [&draft](const std::string& name, http::Template value) {
    draft.edits.set(name, std::move(value));
  });
}

void read_add(Scope& scope, const KeyInfo& key, const Node& node, EditsDraft& draft) {
  read_fields(scope, key, node, draft, [&draft](const std::string& name, http::Template value) {
    draft.edits.add(name, std::move(value));
  });
}

void read_remove(Scope& scope, const KeyInfo& key, const Node& node, EditsDraft& draft) {
  for (const Node& entry : read_entries(scope, key.name, wants_text(key.shape), node)) {
    const std::string* name = read_text(scope, key.name, wants_text(key.shape), entry);
    if (name != nullptr && check_field(scope, entry, draft.of_request, "")) {
      draft.edits.remove(*name);
    }
  }
}

constexpr Shape kFieldValue = text("a text, with $variables");
constexpr Shape kFieldName = text("the name of a header such as Cookie");

constexpr Key<EditsDraft> kEditKeys[] = {
    {{"set", "headers that go out in place of those of the same name; an empty value sends none",
      "{}", names("a map of headers such as {X-Real-IP: $remote_addr}", kFieldValue)},
     read_set},
    {{"add", "headers that go out besides those of the same name", "{}",
      names("a map of headers such as {X-Tag: blue}", kFieldValue)},
     read_add},
    {{"remove", "headers that do not go out", "[]",
      list("the name of a header such as Cookie, or a list of names", kFieldName)},
     read_remove},
};

void read_edits(Scope& scope, const KeyInfo& key, const Node& node, EditsDraft draft) {
  Scope inside = scope.inside(quoted(key.name) + " of " + scope.where());
  read_section(inside, key, node, kEditKeys, draft);
}

}  // namespace

Section rewrite_section() { return {.name = "rewrite", .keys = infos_of(kRewriteKeys)}; }
Section header_edits_section() { return {.name = "header_edits", .keys = infos_of(kEditKeys)}; }

void read_rewrite(Scope& scope, const KeyInfo& key, const Node& node, ForwardConfig& forward) {
  Scope inside = scope.inside("'rewrite' of " + scope.where());
  read_section(inside, key, node, kRewriteKeys, forward.rewrite);
}

void read_host_header(Scope& scope, const KeyInfo& key, const Node& node, ForwardConfig& forward) {
  const std::string* text = read_text(scope, key.name, wants_text(key.shape), node);
  http::Template made;
  if (text == nullptr || !compile_template(scope, key, node, made, proxy::proxy_variables())) {
    return;
  }
  // That is what goes on anyway.
  if (*text != "$http_host") forward.host_header = std::move(made);
}

void read_request_headers(Scope& scope, const KeyInfo& key, const Node& node,
                          ForwardConfig& forward) {
  read_edits(scope, key, node, {forward.request_edits, true});
}

void read_response_headers(Scope& scope, const KeyInfo& key, const Node& node,
                           ForwardConfig& forward) {
  read_edits(scope, key, node, {forward.response_edits, false});
}

}  // namespace weir::config
