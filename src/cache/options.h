#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "cache/seconds.h"
#include "http/method.h"
#include "net/address.h"

namespace weir::cache {

// For how long answers of a status are fresh where their origin does not say (YAML: valid).
struct ValidFor {
  unsigned status = 0;  // 0: any other one (YAML: any)
  Seconds seconds = 0;

  bool operator==(const ValidFor&) const = default;
};

// What a route does with the cache (YAML: a route's cache).
struct CacheOptions {
  std::string zone;  // the name of one of `cache`
  // The primary key, a template (http/template.h); a host in lower case, without a default port.
  std::string key = "$scheme://$http_host$request_uri";
  std::vector<http::Method> methods{http::Method::kGet, http::Method::kHead};
  std::vector<ValidFor> valid;
  unsigned min_uses = 1;  // a key is filled when it was asked for so often
  // Templates: where one is neither empty nor "0", the store is not asked, or nothing is stored.
  std::vector<std::string> bypass;
  std::vector<std::string> no_store;
  Seconds stale_while_revalidate = 0;  // where the response does not say
  Seconds stale_if_error = 0;
  bool coalesce = true;                    // requests for a key that is being filled wait for it
  base::Duration coalesce_timeout{5'000};  // ms, until its head; then they go on by themselves
  // Off: Cache-Control, Expires and Pragma of origin and clients count nothing, only `valid` does.
  bool honor_origin = true;
  bool status_header = true;  // Cache-Status (RFC 9211)
  bool x_cache = false;       // X-Cache: HIT, MISS, ..., as nginx names them
  unsigned variants = 16;     // kept of one key
  // Who may purge by the method PURGE; empty: it is passed on as any other.
  std::vector<net::Cidr> purge_from;

  // Of `valid`, for this status; nothing where it is silent.
  [[nodiscard]] std::optional<Seconds> valid_for(unsigned status) const;

  bool operator==(const CacheOptions&) const = default;
};

}  // namespace weir::cache
