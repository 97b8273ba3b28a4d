#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "cache/options.h"
#include "cache/store.h"
#include "http/field_edits.h"
#include "http/path_rewrite.h"
#include "http/template.h"
#include "net/address.h"
#include "net/resolver.h"
#include "observe/options.h"
#include "respond/options.h"
#include "routing/route_options.h"
#include "routing/split.h"
#include "server/error_pages.h"
#include "server/options.h"
#include "server/proxy_status.h"
#include "upstream/options.h"

namespace weir::config {

// A route whose requests go to the pool of this name.
struct UpstreamAction {
  std::string upstream;

  bool operator==(const UpstreamAction&) const = default;
};

// How requests and answers of a route are changed on their way.
struct ForwardConfig {
  http::RewriteOptions rewrite;
  std::optional<http::Template> host_header;  // none: $http_host
  bool proxy_redirect = true;
  bool forwarded = false;
  http::FieldEdits request_edits;   // request_headers
  http::FieldEdits response_edits;  // response_headers

  bool operator==(const ForwardConfig&) const = default;
};

// One entry of routes: its match, its limits and what answers.
struct RouteConfig {
  routing::RouteOptions match;  // named, its listeners found
  std::variant<UpstreamAction, routing::SplitOptions, respond::RedirectOptions,
               respond::FixedOptions>
      action;
  base::Duration timeout{0};   // until the response head; 0: only the phases' own
  std::uint64_t max_body = 0;  // bytes; 0: limits.body
  std::vector<std::string> upgrade{"websocket"};  // protocols that may become tunnels
  bool trace = false;                             // TRACE is passed on
  ForwardConfig forward;
  std::vector<server::ErrorPage> error_pages;  // before those of all routes
  std::vector<server::StatusRange> intercept;  // of backends, replaced by such pages
  std::optional<cache::CacheOptions> caching;  // none: there is no cache before its backends
  observe::RouteLogOptions access_log;

  bool operator==(const RouteConfig&) const = default;
};

// One entry of listen.
struct ListenerConfig {
  net::Address address;
  std::uint64_t connections = 0;  // of this listener; 0: only limits.connections

  bool operator==(const ListenerConfig&) const = default;
};

// A zone of cache: what routes that name it share.
struct CacheZone {
  std::string name;
  cache::StoreOptions store;

  bool operator==(const CacheZone&) const = default;
};

// A user of this machine (YAML: user).
struct User {
  std::string name;
  uid_t uid = 0;
  gid_t gid = 0;  // of the user's own group

  bool operator==(const User&) const = default;
};

// A whole configuration, checked: every name resolves, every value is within its bounds. What it
// does not say has its default. A plain value.
struct Config {
  unsigned workers = 0;      // 0: as many as cores are available
  std::optional<User> user;  // whom weir becomes; none: it stays who started it
  std::string pid_file;      // empty: none
  std::vector<ListenerConfig> listeners;
  std::vector<net::Cidr> trusted_proxies;
  net::ResolverOptions resolver;
  std::vector<upstream::PoolOptions> upstreams;
  std::vector<CacheZone> zones;
  std::vector<RouteConfig>
      routes;  // never empty when there is an upstream: the implied one is written out
  server::Limits limits;
  server::Timeouts timeouts;
  server::HalfClose half_close = server::HalfClose::kFinish;
  std::vector<server::ErrorPage> error_pages;
  server::ProxyStatus proxy_status = server::ProxyStatus::kOff;
  observe::AccessLogOptions access_log;
  observe::ErrorLogOptions error_log;
  std::optional<net::Address> admin;

  bool operator==(const Config&) const = default;
};

}  // namespace weir::config
