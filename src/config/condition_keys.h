#pragma once

#include <cstddef>
#include <cstdint>

#include "config/sections.h"
#include "config/table.h"
#include "routing/route_options.h"

namespace weir::config {

// Where the conditions of a route, or those of its not, are read to.
struct ConditionDraft {
  const Draft* file = nullptr;
  routing::ConditionOptions options;
};

void read_listener_condition(Scope& scope, const KeyInfo& key, const Node& node,
                             ConditionDraft& draft);
void read_method_condition(Scope& scope, const KeyInfo& key, const Node& node,
                           ConditionDraft& draft);
void read_headers_condition(Scope& scope, const KeyInfo& key, const Node& node,
                            ConditionDraft& draft);
void read_query_condition(Scope& scope, const KeyInfo& key, const Node& node,
                          ConditionDraft& draft);
void read_cookies_condition(Scope& scope, const KeyInfo& key, const Node& node,
                            ConditionDraft& draft);
void read_client_condition(Scope& scope, const KeyInfo& key, const Node& node,
                           ConditionDraft& draft);

// The conditions by their place in kConditionKeys.
enum class ConditionKey : std::uint8_t { kListener, kMethod, kHeaders, kQuery, kCookies, kClient };

inline constexpr Shape kAskedMethod = text("a method such as GET", "^[^a-z]+$");
inline constexpr Shape kAskedValue = text("a value, \"~ regex\", or \"*\" for present");
inline constexpr Shape kAskedClient = text("a CIDR block such as 10.0.0.0/8");

// Keys of a route, and the same once more of its not.
inline constexpr Key<ConditionDraft> kConditionKeys[] = {
    {{"listener", "only requests of this listener", "null",
      text("the address of a listener, as in 'listen'", kListenPattern)},
     read_listener_condition},
    {{"method", "only requests of these methods; GET takes HEAD along", "null",
      list("a method such as GET, or a list such as [GET, POST]", kAskedMethod, 1)},
     read_method_condition},
    {{"headers", "only requests with these headers: a value, \"~ regex\", or \"*\" for present",
      "{}",
      names("a map such as {X-Beta: \"1\", X-Id: \"~ ^[0-9]+$\", X-Trace: \"*\"}", kAskedValue)},
     read_headers_condition},
    {{"query", "only requests with these parameters, values as those of headers", "{}",
      names("a map such as {page: \"1\", id: \"~ ^[0-9]+$\", debug: \"*\"}", kAskedValue)},
     read_query_condition},
    {{"cookies", "only requests with these cookies, values as those of headers", "{}",
      names("a map such as {beta: \"1\", session: \"*\"}", kAskedValue)},
     read_cookies_condition},
    {{"client", "only requests from these addresses, as trusted_proxies tell them", "null",
      list("a CIDR block such as 10.0.0.0/8, or a list of them", kAskedClient, 1)},
     read_client_condition},
};

constexpr const Key<ConditionDraft>& condition_key(ConditionKey key) {
  return kConditionKeys[static_cast<std::size_t>(key)];
}

}  // namespace weir::config
