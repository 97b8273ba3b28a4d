#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "config/config.h"
#include "config/table.h"
#include "http/template.h"

namespace weir::config {

// What later sections ask of earlier ones while a file is read.
struct Draft {
  Config config;
  // Every pool that the file names, sound or not, and where.
  std::unordered_map<std::string, Place> upstream_places;
  // The same for the zones of `cache`.
  std::unordered_map<std::string, Place> zone_places;
  bool listen_broken =
      false;  // an entry of listen was wrong: do not tell of listeners that are not found
};

// The sections of a file, one parse_*.cc each. What is wrong is told to the scope, and the rest is
// read on.
void read_listen(Scope& scope, const KeyInfo& key, const Node& node, Draft& draft);
void read_trusted_proxies(Scope& scope, const KeyInfo& key, const Node& node, Draft& draft);
void read_resolver(Scope& scope, const KeyInfo& key, const Node& node, Draft& draft);
void read_upstreams(Scope& scope, const KeyInfo& key, const Node& node, Draft& draft);
// The key retry of an upstream.
void read_retry(Scope& scope, const KeyInfo& key, const Node& node, upstream::PoolOptions& pool);
// The key balance of an upstream.
void read_balance(Scope& scope, const KeyInfo& key, const Node& node, upstream::PoolOptions& pool);
// The key health_check of an upstream.
void read_health_check(Scope& scope, const KeyInfo& key, const Node& node,
                       upstream::PoolOptions& pool);
// Keys of a route.
void read_rewrite(Scope& scope, const KeyInfo& key, const Node& node, ForwardConfig& forward);
void read_host_header(Scope& scope, const KeyInfo& key, const Node& node, ForwardConfig& forward);
void read_request_headers(Scope& scope, const KeyInfo& key, const Node& node,
                          ForwardConfig& forward);
void read_response_headers(Scope& scope, const KeyInfo& key, const Node& node,
                           ForwardConfig& forward);
// The keys split and sticky of a route.
void read_shares(Scope& scope, const KeyInfo& key, const Node& node, const Draft& file,
                 routing::SplitOptions& split);
void read_split_sticky(Scope& scope, const KeyInfo& key, const Node& node, std::string& cookie);
// What stands beside split belongs to it.
void place_sticky(Scope& scope, const Node& node, std::string cookie, RouteConfig& route);
// The keys redirect and respond of a route.
void read_redirect_action(Scope& scope, const KeyInfo& key, const Node& node,
                          respond::RedirectOptions& redirect);
void read_respond_action(Scope& scope, const KeyInfo& key, const Node& node,
                         respond::FixedOptions& fixed);
// The zones, and the key cache of a route.
void read_zones(Scope& scope, const KeyInfo& key, const Node& node, Draft& draft);
void read_route_cache(Scope& scope, const KeyInfo& key, const Node& node, const Draft& file,
                      std::optional<cache::CacheOptions>& caching);
// Needs listeners, upstreams and zones.
void read_routes(Scope& scope, const KeyInfo& key, const Node& node, Draft& draft);
void read_limits(Scope& scope, const KeyInfo& key, const Node& node, Draft& draft);
void read_timeouts(Scope& scope, const KeyInfo& key, const Node& node, Draft& draft);
void read_access_log(Scope& scope, const KeyInfo& key, const Node& node, Draft& draft);
void read_error_log(Scope& scope, const KeyInfo& key, const Node& node, Draft& draft);
// The key access_log of a route.
void read_route_log(Scope& scope, const KeyInfo& key, const Node& node,
                    observe::RouteLogOptions& log);
void read_admin(Scope& scope, const KeyInfo& key, const Node& node, Draft& draft);

// What each map may hold; together they are the grammar of the file, from file_section() on.
Section file_section();
Section listener_section();
Section resolver_section();
Section upstream_section();
Section endpoint_section();
Section retry_section();
Section balance_section();
extern const Shape kBalanceShapes[2];  // of the key balance
Section health_check_section();
Section queue_section();
Section keepalive_section();
Section upstream_timeouts_section();
Section route_section();
Section condition_section();  // of a route, as its not has them
Section share_section();
Section split_sticky_section();
Section redirect_section();
Section respond_section();
Section rewrite_section();
Section header_edits_section();
Section zone_section();
Section route_cache_section();
Section limits_section();
Section timeouts_section();
Section access_log_section();
Section route_log_section();
Section error_log_section();
Section admin_section();

// The whole file, from its root.
void read_file(Scope& scope, const Node& root, Draft& draft);

// What read_address takes, as regexes for editors: where to listen, and where a backend listens.
inline constexpr std::string_view kListenPattern =
    R"(^(unix:/.+|((\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9_.-]*):)?(0|[1-9][0-9]{0,4}))$)";
inline constexpr std::string_view kBackendPattern =
    R"(^(unix:/.+|(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9_.-]+):[1-9][0-9]{0,4})$)";

// An address as text; nothing, and an error, when it is none.
std::optional<net::Address> read_address(Scope& scope, const KeyInfo& key, const Node& node);

// The name of an upstream of the file; null, and an error, when it is none.
const std::string* read_upstream_name(Scope& scope, const KeyInfo& key, const Node& node,
                                      const Draft& file);

// Compiles the node's text, the value of `key`, as a template of these variables. False, and an
// error at the variable that is at fault, when it is none.
bool compile_template(Scope& scope, const KeyInfo& key, const Node& node, http::Template& made,
                      std::span<const http::Variable> variables = http::request_variables());

// When a template is asked for its text: before a request is answered, or when all is over.
enum class Moment : std::uint8_t { kRequest, kEnd };
// Tells what is wrong with the template of these variables that begins the node's text, at the
// variable at fault; at the end there are observe::log_variables() too.
void tell_template_fault(Scope& scope, const KeyInfo& key, const Node& node,
                         std::span<const http::Variable> variables, Moment moment,
                         const http::TemplateFault& fault);

// The route for everything, to the one upstream of a file without routes.
RouteConfig implied_route(const std::string& upstream);

}  // namespace weir::config
