// To which upstreams a route goes: upstream, split and sticky.
#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "config/defined.h"
#include "config/sections.h"
#include "routing/condition.h"

namespace weir::config {

namespace {

using routing::SplitOptions;

constexpr std::uint64_t kWeightMax = 1'000'000;

// A share of a split while it is read.
struct ShareDraft {
  const Draft* file = nullptr;
  SplitOptions::Share share;
};

void read_share_upstream(Scope& scope, const KeyInfo& key, const Node& node, ShareDraft& draft) {
  const std::string* name = read_upstream_name(scope, key, node, *draft.file);
  if (name != nullptr) draft.share.upstream = *name;
}

void read_share_weight(Scope& scope, const KeyInfo& key, const Node& node, ShareDraft& draft) {
  read_number(scope, key, node, draft.share.weight);
}

constexpr Key<ShareDraft> kShareKeys[] = {
    {{"upstream", "the upstream that answers", "", text("the name of an upstream"),
      Trait::kRequired},
     read_share_upstream},
    {{"weight", "how much comes to it, in proportion to the others; 0: only who has its cookie",
      "1", integer(0, kWeightMax)},
     read_share_weight},
};

void read_share(Scope& scope, const KeyInfo& key, const Node& node, const Draft& file,
                SplitOptions& split) {
  Scope inside = scope.inside("'split' of " + scope.where());
  if (!expect_map(scope, key.name, wants_text(*key.shape.of), node)) return;
  ShareDraft draft{&file, {}};
  read_map(inside, node, kShareKeys, draft);
  const Node* name = node.find("upstream");
  if (name == nullptr)
    return scope.error(
        node.place, "this share has no 'upstream'; write for example {upstream: api, weight: 95}");
  bool twice = std::any_of(split.shares.begin(), split.shares.end(), [&](const auto& other) {
    return !other.upstream.empty() && other.upstream == draft.share.upstream;
  });
  if (twice) scope.error(name->place, "upstream " + quoted(name->text) + " has two shares");
  split.shares.push_back(std::move(draft.share));
}

// A route's cookie while it is read.
struct StickyDraft {
  std::string cookie;
};

void read_sticky_cookie(Scope& scope, const KeyInfo& key, const Node& node, StickyDraft& draft) {
  const std::string* name = read_text(scope, key.name, wants_text(key.shape), node);
  if (name == nullptr) return;
  auto fault = routing::cookie_fault(*name);
  if (!fault.empty()) return scope.error(node.place, std::move(fault));
  draft.cookie = *name;
}

constexpr Key<StickyDraft> kStickyKeys[] = {
    {{"cookie", "the cookie by which a client stays with its share; weir sets it", "",
      text("the name of a cookie"), Trait::kRequired},
     read_sticky_cookie},
};

}  // namespace

Section share_section() { return {.name = "share", .keys = infos_of(kShareKeys)}; }
Section split_sticky_section() { return {.name = "split_sticky", .keys = infos_of(kStickyKeys)}; }

const std::string* read_upstream_name(Scope& scope, const KeyInfo& key, const Node& node,
                                      const Draft& file) {
  const std::string* text = read_text(scope, key.name, wants_text(key.shape), node);
  if (text == nullptr || file.upstream_places.contains(*text)) return text;
  std::string hint = defined_hint(scope, file.config.upstreams, file.upstream_places, node);
  scope.error(node.place, "upstream " + quoted(*text) + " is not defined", std::move(hint));
  return nullptr;
}

void read_shares(Scope& scope, const KeyInfo& key, const Node& node, const Draft& file,
                 SplitOptions& split) {
  for (const Node& entry : read_entries(scope, key.name, wants_text(key.shape), node))
    read_share(scope, key, entry, file, split);
  if (node.is(Node::Kind::kList) && node.items.empty())
    return scope.wants(node.place, key.name, wants_text(key.shape), "the list is empty");
  bool idle = std::all_of(split.shares.begin(), split.shares.end(),
                          [](const auto& share) { return share.weight == 0; });
  if (idle && !split.shares.empty())
    scope.error(node.place, "every weight of this 'split' is 0: nobody takes a new client");
}

void read_split_sticky(Scope& scope, const KeyInfo& key, const Node& node, std::string& cookie) {
  Scope inside = scope.inside("'sticky' of " + scope.where());
  if (!expect_map(scope, key.name, wants_text(key.shape), node)) return;
  StickyDraft draft;
  read_map(inside, node, kStickyKeys, draft);
  if (node.find("cookie") == nullptr)
    scope.error(node.place, "'sticky' has no 'cookie'; write for example {cookie: share}");
  cookie = std::move(draft.cookie);
}

void place_sticky(Scope& scope, const Node& node, std::string cookie, RouteConfig& route) {
  auto* split = std::get_if<SplitOptions>(&route.action);
  if (split != nullptr) split->cookie = std::move(cookie);
  const Node* sticky = node.find("sticky");
  if (sticky == nullptr || sticky->is(Node::Kind::kNull) || node.find("split") != nullptr) return;
  for (const Node& key : node.keys) {
    if (key.text != "sticky") continue;
    scope.error(key.place, "'sticky' of a route belongs to 'split', which " + scope.where() +
                               " does not have");
  }
}

}  // namespace weir::config
