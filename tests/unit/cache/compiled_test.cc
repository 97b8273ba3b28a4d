#include "cache/compiled.h"

#include <doctest/doctest.h>

namespace weir::cache {

TEST_CASE("an error in a template names the option that it is in") {
  CacheOptions options;
  options.bypass = {"$cookie_ok", "$nothing_known"};
  auto plan = CompiledCache::compile(options);
  REQUIRE_FALSE(plan.ok());
  CHECK(plan.error().text.rfind("bypass: ", 0) == 0);
  options = {};
  options.key = "$";
  CHECK(CompiledCache::compile(options).error().text.rfind("key: ", 0) == 0);
  options = {};
  options.no_store = {"${"};
  CHECK(CompiledCache::compile(options).error().text.rfind("no_store: ", 0) == 0);
}

TEST_CASE("GET and HEAD ask the store, where the route lists them, and no other method does") {
  CacheOptions options;
  options.methods = {http::Method::kGet, http::Method::kPost};
  CompiledCache plan = CompiledCache::compile(options).value();
  CHECK(plan.takes(http::Method::kGet));
  CHECK_FALSE(plan.takes(http::Method::kHead));
  CHECK_FALSE(plan.takes(http::Method::kPost));
}

}  // namespace weir::cache
