#pragma once

#include <string_view>
#include <vector>

#include "base/arena.h"
#include "base/result.h"
#include "cache/options.h"
#include "http/handler.h"
#include "http/template.h"

namespace weir::cache {

// A route's CacheOptions with their templates compiled. Immutable: the workers of a snapshot share
// it.
class CompiledCache {
 public:
  // Takes the variables of http/variable.h. An error names the option it is about.
  static base::Result<CompiledCache> compile(CacheOptions options);

  [[nodiscard]] const CacheOptions& options() const { return options_; }
  // Requests of this method ask the store: GET and HEAD, where `methods` lists them. What other
  // methods bring is not what GET would bring, and is never stored.
  [[nodiscard]] bool takes(http::Method method) const;
  // The primary key of the request. $scheme and $http_host are those of believed_site.h. The view
  // lives as long as `arena` and this.
  std::string_view key(const http::Request& request, base::Arena& arena) const;
  // One of `bypass` says something other than "" and "0".
  [[nodiscard]] bool bypasses(const http::Request& request) const;
  // The same of `no_store`.
  [[nodiscard]] bool keeps_out(const http::Request& request) const;

 private:
  explicit CompiledCache(CacheOptions options) : options_(std::move(options)) {}

  CacheOptions options_;
  http::Template key_;
  std::vector<http::Template> bypass_;
  std::vector<http::Template> no_store_;
};

}  // namespace weir::cache
