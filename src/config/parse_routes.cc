#include <algorithm>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "base/ascii.h"
#include "config/condition_keys.h"
#include "config/error_keys.h"
#include "config/names.h"
#include "config/sections.h"
#include "http/upgrade.h"
#include "routing/host_pattern.h"
#include "routing/path_pattern.h"

namespace weir::config {

namespace {

// A route while it is read.
struct RouteDraft : ConditionDraft {
  RouteConfig config;
  Place name_place;
  std::string sticky_cookie;  // of a split
};

// A condition of a route, read as the same key of its not.
template <ConditionKey kKey>
constexpr Key<RouteDraft> condition() {
  return {condition_key(kKey).info,
          [](Scope& scope, const KeyInfo& key, const Node& node, RouteDraft& route) {
            condition_key(kKey).read(scope, key, node, route);
          }};
}

void read_name(Scope& scope, const KeyInfo& key, const Node& node, RouteDraft& route) {
  const std::string* text = read_text(scope, key.name, wants_text(key.shape), node);
  if (text == nullptr) return;
  auto fault = route_name_fault(*text);
  if (!fault.empty()) return scope.error(node.place, std::move(fault));
  route.config.match.name = *text;
  route.name_place = node.place;
}

void read_host(Scope& scope, const KeyInfo& key, const Node& node, RouteDraft& route) {
  for (const Node& entry : read_entries(scope, key.name, wants_text(key.shape), node)) {
    const std::string* text = read_text(scope, key.name, wants_text(key.shape), entry);
    if (text == nullptr) continue;
    auto pattern = routing::parse_host_pattern(*text);
    if (!pattern) {
      bool several = text->find_first_of(", ") != std::string::npos;
      scope.error(entry.place, pattern.error().text, several ? "several are a list: [A, B]" : "");
    } else {
      route.config.match.hosts.push_back(*text);
    }
  }
  if (node.is(Node::Kind::kList) && node.items.empty())
    scope.wants(node.place, key.name, wants_text(key.shape), "the list is empty");
}

void read_path(Scope& scope, const KeyInfo& key, const Node& node, RouteDraft& route) {
  const std::string* text = read_text(scope, key.name, wants_text(key.shape), node);
  if (text == nullptr) return;
  auto pattern = routing::parse_path_pattern(*text);
  if (!pattern) return scope.error(node.place, pattern.error().text);
  route.config.match.path = *text;
}

void read_not(Scope& scope, const KeyInfo& key, const Node& node, RouteDraft& route) {
  ConditionDraft draft{route.file, {}};
  Scope inside = scope.inside("'not' of " + scope.where());
  if (!expect_map(scope, key.name, wants_text(key.shape), node)) return;
  read_map(inside, node, kConditionKeys, draft);
  route.config.match.unless = std::move(draft.options);
}

void read_upstream(Scope& scope, const KeyInfo& key, const Node& node, RouteDraft& route) {
  const std::string* name = read_upstream_name(scope, key, node, *route.file);
  if (name != nullptr) route.config.action = UpstreamAction{*name};
}

void read_split(Scope& scope, const KeyInfo& key, const Node& node, RouteDraft& route) {
  routing::SplitOptions split;
  read_shares(scope, key, node, *route.file, split);
  route.config.action = std::move(split);
}

void read_sticky(Scope& scope, const KeyInfo& key, const Node& node, RouteDraft& route) {
  read_split_sticky(scope, key, node, route.sticky_cookie);
}

void read_redirect(Scope& scope, const KeyInfo& key, const Node& node, RouteDraft& route) {
  respond::RedirectOptions redirect;
  read_redirect_action(scope, key, node, redirect);
  route.config.action = std::move(redirect);
}

void read_respond(Scope& scope, const KeyInfo& key, const Node& node, RouteDraft& route) {
  respond::FixedOptions fixed;
  read_respond_action(scope, key, node, fixed);
  route.config.action = std::move(fixed);
}

void read_cache(Scope& scope, const KeyInfo& key, const Node& node, RouteDraft& route) {
  read_route_cache(scope, key, node, *route.file, route.config.caching);
}

// A word for a protocol that may not be one of a route's: a switch, or what would carry requests
// past the routes.
bool is_no_tunnel(std::string_view text) {
  constexpr std::string_view kNone[] = {"on", "off", "true", "false", "h2c", "h2", "http"};
  auto is_text = [text](std::string_view one) { return base::equal_nocase(one, text); };
  return !http::is_protocol(text) || std::any_of(std::begin(kNone), std::end(kNone), is_text);
}

void read_upgrade(Scope& scope, const KeyInfo& key, const Node& node, RouteDraft& route) {
  std::vector<std::string> protocols;
  for (const Node& entry : read_entries(scope, key.name, wants_text(key.shape), node)) {
    const std::string* text = read_text(scope, key.name, wants_text(key.shape), entry);
    if (text == nullptr) continue;
    if (is_no_tunnel(*text)) {
      bool h2c = base::equal_nocase(*text, "h2c");
      scope.wants(entry.place, key.name, wants_text(key.shape),
                  h2c ? "'h2c' would carry requests past the routes" : "not " + quoted(*text));
    } else {
      protocols.push_back(*text);
    }
  }
  route.config.upgrade = std::move(protocols);
}

// A reader for kRouteKeys of a plain member.
template <auto kMember>
void plain(Scope& scope, const KeyInfo& key, const Node& node, RouteDraft& route) {
  into<kMember>(scope, key, node, route.config);
}

// The same of what changes requests and answers on their way.
template <auto kRead>
void forward(Scope& scope, const KeyInfo& key, const Node& node, RouteDraft& route) {
  kRead(scope, key, node, route.config.forward);
}

void read_route_error_pages(Scope& scope, const KeyInfo& key, const Node& node, RouteDraft& route) {
  read_error_pages(scope, key, node, route.config.error_pages);
}

void read_route_intercept(Scope& scope, const KeyInfo& key, const Node& node, RouteDraft& route) {
  read_intercept(scope, key, node, route.config.intercept);
}

constexpr std::string_view kActions[] = {"upstream", "split", "redirect", "respond"};
constexpr Shape kHost = text("a host such as shop.example.com or \"*.example.com\"");
constexpr Shape kShare = section(share_section, "a map such as {upstream: api, weight: 95}");
constexpr Shape kProtocol = text("a protocol such as websocket");

constexpr Key<RouteDraft> kRouteKeys[] = {
    {{"name", "the label in metrics and logs; made from host and path when absent", "null",
      text("a name")},
     read_name},
    condition<ConditionKey::kListener>(),
    {{"host", "a host, \"*.example.com\" for all below a domain, or a list; absent: any", "null",
      list("a host such as shop.example.com or \"*.example.com\", or a list of hosts", kHost, 1)},
     read_host},
    {{"path",
      "as nginx's location: /prefix/, \"= /exact\", \"^~ /prefix/\", \"~ regex\", \"~* regex\"; "
      "absent: any",
      "null", text("a path such as /orders/, \"= /exact\" or \"~ ^/a/[0-9]+$\"")},
     read_path},
    condition<ConditionKey::kMethod>(),
    condition<ConditionKey::kHeaders>(),
    condition<ConditionKey::kQuery>(),
    condition<ConditionKey::kCookies>(),
    condition<ConditionKey::kClient>(),
    {{"not", "the same conditions; the route is skipped when one of them holds", "{}",
      section(condition_section)},
     read_not},
    {{"upstream", "the upstream that answers", "", text("the name of an upstream")}, read_upstream},
    {{"split", "upstreams that share the requests, by weight", "",
      list("a list such as [{upstream: api, weight: 95}, {upstream: canary, weight: 5}]", kShare,
           1)},
     read_split},
    {{"sticky", "has clients stay with the share of 'split' that they came to", "null",
      section(split_sticky_section, "a map such as {cookie: share}")},
     read_sticky},
    {{"redirect", "sends the client elsewhere", "",
      section(redirect_section, "a map such as {to: \"https://$host$request_uri\", status: 308}")},
     read_redirect},
    {{"respond", "answers itself", "",
      section(respond_section, "a map such as {status: 200, body: \"ok\"}")},
     read_respond},
    {{"timeout", "from the request to the head of the answer; 0: only the upstream's own timeouts",
      "0", duration(0, kYear)},
     plain<&RouteConfig::timeout>},
    {{"max_body", "bytes of a request body; over it: 413; 0: limits.body", "0",
      size(0, kMega* kGiga)},
     plain<&RouteConfig::max_body>},
    {{"upgrade", "protocols that may become tunnels, as the client's Upgrade names them",
      "[websocket]", list("a list of protocols such as [websocket], or [] for none", kProtocol)},
     read_upgrade},
    {{"trace", "TRACE is passed on; CONNECT never is", "off", on_off()},
     plain<&RouteConfig::trace>},
    {{"rewrite", "changes the path that the backend gets, in the order of its keys", "null",
      section(rewrite_section, "a map such as {strip_prefix: /orders, add_prefix: /v2}")},
     forward<read_rewrite>},
    {{"host_header", "the Host that the backend gets, with $variables; $proxy_host is its own name",
      "$http_host", text("a text such as api.internal or $proxy_host")},
     forward<read_host_header>},
    {{"proxy_redirect",
      "a Location that names the backend's own address names the public one instead", "on",
      on_off()},
     forward<into<&ForwardConfig::proxy_redirect>>},
    {{"forwarded", "the backend gets Forwarded (RFC 7239) beside X-Forwarded-*", "off", on_off()},
     forward<into<&ForwardConfig::forwarded>>},
    {{"request_headers", "changes the headers that the backend gets", "null",
      section(header_edits_section, "a map such as {set: {X-Real-IP: $remote_addr}}")},
     forward<read_request_headers>},
    {{"response_headers", "changes the headers that the client gets", "null",
      section(header_edits_section, "a map such as {remove: [Server]}")},
     forward<read_response_headers>},
    {{"error_pages", "before those of the file, for errors of this route", "{}", kErrorPages},
     read_route_error_pages},
    {{"intercept", "statuses of the backend whose answers are replaced by an error's page", "[]",
      kIntercept},
     read_route_intercept},
    {{"cache", "what is answered without the backend, from a zone of 'cache'", "null",
      section(route_cache_section, "a map such as {zone: main, valid: {200: 10m}}")},
     read_cache},
    {{"access_log", "whether the access log tells of it", "on",
      section(route_log_section, "on, off, or a map such as {if: \"$status ~ ^5\"}")},
     [](Scope& scope, const KeyInfo& key, const Node& node, RouteDraft& route) {
       read_route_log(scope, key, node, route.config.access_log);
     }},
};

// A route has exactly one action.
void check_action(Scope& scope, const Node& node) {
  const Node* first = nullptr;
  for (const Node& key : node.keys) {
    if (std::find(std::begin(kActions), std::end(kActions), key.text) == std::end(kActions))
      continue;
    if (first != nullptr) {
      scope.error(key.place, scope.where() + " has both " + quoted(first->text) + " and " +
                                 quoted(key.text) + "; a route does one thing");
    }
    if (first == nullptr) first = &key;
  }
  if (first == nullptr)
    scope.error(
        node.place,
        scope.where() + " does nothing; give it 'upstream', 'split', 'redirect' or 'respond'");
}

// What weir answers itself costs no more than a look into the cache.
void check_cache(Scope& scope, const Node& node, const RouteConfig& route) {
  bool forwards = std::holds_alternative<UpstreamAction>(route.action) ||
                  std::holds_alternative<routing::SplitOptions>(route.action);
  const Node* cache = node.find("cache");
  if (forwards || cache == nullptr || cache->is(Node::Kind::kNull)) return;
  scope.error(cache->place, scope.where() +
                                " is answered by weir itself: there is nothing to cache; 'cache' "
                                "belongs to a route with 'upstream' or 'split'");
}

// How messages call a route: by its name, else by its path.
std::string route_text(const Node& node) {
  for (std::string_view key : {"name", "path"}) {
    const Node* value = node.find(key);
    if (value != nullptr && value->is(Node::Kind::kText)) return "route " + quoted(value->text);
  }
  return "this route";
}

// The names given, each with its place; the made ones come after all of these.
using NamePlaces = std::unordered_map<std::string, Place>;

void check_name(Scope& scope, const RouteDraft& route, NamePlaces& names) {
  const std::string& name = route.config.match.name;
  if (name.empty()) return;
  auto [first, is_first] = names.emplace(name, route.name_place);
  if (!is_first) {
    scope.error(route.name_place, "two routes have the name " + quoted(name),
                "first in " + scope.files().line_text(first->second, route.name_place));
  }
}

void make_names(std::vector<RouteConfig>& routes, NamePlaces& names) {
  // How often a made name was wanted: the next one has the next number.
  std::unordered_map<std::string, std::size_t> wanted;
  for (RouteConfig& route : routes) {
    if (!route.match.name.empty()) continue;
    std::string made =
        route_name(route.match.hosts.empty() ? "" : route.match.hosts.front(), route.match.path);
    std::size_t number = ++wanted[made];
    std::string name = number == 1 ? made : made + "#" + std::to_string(number);
    while (!names.emplace(name, Place{}).second) name = made + "#" + std::to_string(++wanted[made]);
    route.match.name = std::move(name);
  }
}

}  // namespace

Section route_section() {
  return {.name = "route", .keys = infos_of(kRouteKeys), .one_of = kActions};
}

void read_routes(Scope& scope, const KeyInfo& key, const Node& node, Draft& draft) {
  NamePlaces names;
  for (const Node& entry : read_entries(scope, key.name, wants_text(key.shape), node)) {
    if (!expect_map(scope, key.name, wants_text(key.shape), entry)) continue;
    RouteDraft route;
    route.file = &draft;
    Scope inside = scope.inside(route_text(entry));
    read_map(inside, entry, kRouteKeys, route);
    check_action(inside, entry);
    check_cache(inside, entry, route.config);
    place_sticky(inside, entry, std::move(route.sticky_cookie), route.config);
    check_name(inside, route, names);
    route.config.match.when = std::move(route.options);
    draft.config.routes.push_back(std::move(route.config));
  }
  make_names(draft.config.routes, names);
}

RouteConfig implied_route(const std::string& upstream) {
  RouteConfig route;
  route.match.name = route_name("", "");
  route.action = UpstreamAction{upstream};
  return route;
}

}  // namespace weir::config
