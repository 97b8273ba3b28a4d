#include <pwd.h>

#include <string>

#include "config/error_keys.h"
#include "config/names.h"
#include "config/sections.h"
#include "config/values.h"

namespace weir::config {

namespace {

constexpr std::uint64_t kWorkersMax = 1024;

void read_workers(Scope& scope, const KeyInfo& key, const Node& node, Draft& draft) {
  if (node.is(Node::Kind::kText) && node.text == "auto") {
    draft.config.workers = 0;
    return;
  }
  const std::string* text = read_text(scope, key.name, wants_text(key.shape), node);
  if (text == nullptr) return;
  auto number = parse_integer(*text);
  if (!number || number.value() == 0 || number.value() > kWorkersMax)
    return scope.wants(node.place, key.name, wants_text(key.shape), "not " + quoted(*text));
  draft.config.workers = static_cast<unsigned>(number.value());
}

// Looked up by its name alone, as nginx does; a number is none.
void read_user(Scope& scope, const KeyInfo& key, const Node& node, Draft& draft) {
  if (node.is(Node::Kind::kNull)) return;
  const std::string* name = read_text(scope, key.name, wants_text(key.shape), node);
  if (name == nullptr) return;
  // The files are read by one thread at a time. A NUL ends the name for the C library alone.
  const passwd* user = ::getpwnam(name->c_str());
  if (user == nullptr || *name != user->pw_name) {
    return scope.wants(node.place, key.name, wants_text(key.shape),
                       "this machine has no user " + quoted(*name));
  }
  draft.config.user = User{*name, user->pw_uid, user->pw_gid};
}

void read_pid_file(Scope& scope, const KeyInfo& key, const Node& node, Draft& draft) {
  const std::string* text = read_text(scope, key.name, wants_text(key.shape), node);
  if (text == nullptr) return;
  if (text->empty() || text->ends_with('/'))
    return scope.wants(node.place, key.name, wants_text(key.shape), quoted(*text) + " is none");
  draft.config.pid_file = relative_to_file(scope.files(), node);
}

// include was followed before (include.h), and routes are read last, whatever their place.
void skip(Scope&, const KeyInfo&, const Node&, Draft&) {}

constexpr std::string_view kHalfCloses[] = {"finish", "abort"};

void read_half_close(Scope& scope, const KeyInfo& key, const Node& node, Draft& draft) {
  into<&Config::half_close>(scope, key, node, draft.config);
}

void read_common_error_pages(Scope& scope, const KeyInfo& key, const Node& node, Draft& draft) {
  read_error_pages(scope, key, node, draft.config.error_pages);
}

constexpr std::string_view kProxyStatuses[] = {"off", "trusted", "on"};

void read_proxy_status(Scope& scope, const KeyInfo& key, const Node& node, Draft& draft) {
  into<&Config::proxy_status>(scope, key, node, draft.config);
}

constexpr std::string_view kAuto[] = {"auto"};
constexpr Shape kIncluded = text("the path of a file, or a pattern such as conf.d/*.yaml");
constexpr Shape kWorkersShapes[] = {choice(kAuto), integer(1, kWorkersMax)};
constexpr Shape kListener = section(listener_section);
constexpr Shape kCidr = text("a CIDR block such as 10.0.0.0/8");
constexpr Shape kUpstream = section(upstream_section);
constexpr Shape kZone = section(zone_section, "a map such as {memory: 256m}");
constexpr Shape kRoute = section(route_section);

constexpr Key<Draft> kTopKeys[] = {
    {{"include",
      "files that belong to this one, by name or pattern: maps are merged, lists appended, in this "
      "order; a pattern may match nothing",
      "[]", list("a file or a pattern such as conf.d/*.yaml, or a list of these", kIncluded)},
     skip},
    {{"workers", "worker threads; auto: as many as cores are available", "auto",
      any_of("auto or a whole number from 1 to 1024", kWorkersShapes)},
     read_workers},
    {{"user", "who weir becomes once all is bound and open, where root starts it", "null",
      text("the name of a user")},
     read_user},
    {{"pid_file", "where the process id is written", "null", path("the path of a file")},
     read_pid_file},
    {{"listen", "where clients connect", "",
      list("an address such as 8080 or \"127.0.0.1:8080\", a map {address: 8080}, or a list of "
           "these",
           kListener, 1),
      Trait::kRequired},
     read_listen},
    {{"trusted_proxies", "peers whose X-Forwarded-* headers are believed", "[]",
      list("a list of CIDR blocks such as 10.0.0.0/8", kCidr)},
     read_trusted_proxies},
    {{"resolver", "how the names of endpoints become addresses", "", section(resolver_section)},
     read_resolver},
    {{"upstreams", "the pools of backends, by name", "",
      names("a map of names and their endpoints, such as {app: [\"127.0.0.1:9001\", "
            "\"127.0.0.1:9002\"]}",
            kUpstream, kUpstreamNamePattern)},
     read_upstreams},
    {{"cache", "memory for answers of backends, by the name of a zone; routes say what goes there",
      "{}",
      names("a map of names and their bounds, such as {main: {memory: 256m}}", kZone,
            kUpstreamNamePattern)},
     read_zones},
    {{"routes", "which request goes where", "",
      list("a list of routes such as {path: /orders/, upstream: orders}", kRoute)},
     skip},
    {{"limits", "bounds on what clients may ask for", "", section(limits_section)}, read_limits},
    {{"timeouts", "deadlines on the client's side", "", section(timeouts_section)}, read_timeouts},
    {{"half_close", "what a client's half-closed connection means: finish its answer, or abort",
      "finish", choice(kHalfCloses)},
     read_half_close},
    {{"error_pages", "files in place of the built-in pages of errors, by status", "{}",
      kErrorPages},
     read_common_error_pages},
    {{"proxy_status", "whom Proxy-Status (RFC 9209) tells why weir answered an error itself", "off",
      choice(kProxyStatuses)},
     read_proxy_status},
    {{"access_log", "a line for each request", "on",
      section(access_log_section, "off, on, or a map such as {path: /var/log/weir/access.log}")},
     read_access_log},
    {{"error_log", "what an operator has to know, a line each", "",
      section(error_log_section, "a map such as {path: /var/log/weir/error.log, level: warn}")},
     read_error_log},
    {{"admin", "metrics and status, on a listener of their own", "null",
      section(admin_section, "a port, a loopback address, or a map {listen: \"127.0.0.1:9900\"}")},
     read_admin},
};

// The key of this name in the root, for its place.
const Node* key_node(const Node& root, std::string_view name) {
  for (const Node& key : root.keys) {
    if (key.text == name) return &key;
  }
  return nullptr;
}

// A file without routes has one upstream, which takes everything.
void imply_route(Scope& scope, const Node& root, Draft& draft) {
  const auto& places = draft.upstream_places;
  if (places.size() == 1) {
    draft.config.routes.push_back(implied_route(places.begin()->first));
    return;
  }
  const Node* upstreams = key_node(root, "upstreams");
  if (places.empty()) {
    // Otherwise what is wrong with upstreams has been told.
    if (upstreams == nullptr || root.find("upstreams")->is(Node::Kind::kMap)) {
      scope.error(upstreams == nullptr ? root.place : upstreams->place,
                  "there is nowhere to send requests; write for example upstreams: {app: "
                  "[\"127.0.0.1:9001\"]}");
    }
    return;
  }
  scope.error(upstreams->place,
              "'routes' is missing: " + std::to_string(places.size()) +
                  " upstreams need routes that say which request goes where",
              "write for example routes: [{path: /, upstream: " +
                  draft.config.upstreams.front().name + "}]");
}

}  // namespace

Section file_section() { return {.name = "file", .keys = infos_of(kTopKeys)}; }

void read_file(Scope& scope, const Node& root, Draft& draft) {
  if (root.is(Node::Kind::kBroken)) return;
  if (root.is(Node::Kind::kEmpty)) {
    return scope.error(root.place, "the file is empty; write at least 'listen' and 'upstreams'");
  }
  if (!root.is(Node::Kind::kMap)) {
    bool is_nginx = root.text.find_first_of("{;") != std::string::npos;
    bool joined = !is_nginx && root.text.find(':') != std::string::npos;
    std::string hint = joined ? "is a blank missing behind a colon?" : "";
    if (is_nginx) hint = "this looks like nginx's syntax; weir reads YAML";
    return scope.error(root.place,
                       "a configuration is a map of keys such as 'listen' and 'upstreams'; " +
                           std::string(kind_text(root)),
                       std::move(hint));
  }
  read_map(scope, root, kTopKeys, draft);
  if (root.find("listen") == nullptr)
    scope.error(root.place, "'listen' is missing; write for example listen: 8080");
  const Node* routes = root.find("routes");
  bool none = routes == nullptr || (routes->is(Node::Kind::kList) && routes->items.empty());
  if (none) return imply_route(scope, root, draft);
  read_routes(scope, *find_key(file_section(), "routes"), *routes, draft);
}

}  // namespace weir::config
