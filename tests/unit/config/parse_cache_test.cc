#include <doctest/doctest.h>

#include <string>

#include "config/load.h"
#include "config/sections.h"

namespace weir::config {

namespace {

Config good(const std::string& text) {
  Loaded loaded = load_text("a.yaml", text);
  INFO(loaded.errors);
  REQUIRE(loaded.config.has_value());
  return *loaded.config;
}

const std::string kHead = "listen: 80\nupstreams: {api: \"127.0.0.1:1\"}\n";

}  // namespace

TEST_CASE("every key arrives in its option: zones and a route's cache") {
  using cache::ValidFor;
  using Texts = std::vector<std::string>;
  Loaded loaded = load_file(std::string(WEIR_SOURCE_DIR) + "/tests/config/good/cache.yaml");
  INFO(loaded.errors);
  REQUIRE(loaded.config.has_value());
  const Config& config = *loaded.config;
  REQUIRE(config.zones.size() == 2);
  CHECK(config.zones[0] == CacheZone{"main", {64U << 20U, 1U << 20U, 4}});
  CHECK(config.zones[1] == CacheZone{"small", {}});
  REQUIRE(config.routes.at(0).caching);
  const cache::CacheOptions& all = *config.routes[0].caching;
  CHECK(all.zone == "main");
  CHECK(all.key == "$scheme://$host$uri$is_args$args");
  CHECK(all.methods == std::vector<http::Method>{http::Method::kGet});
  CHECK(all.valid == std::vector<ValidFor>{{200, 600}, {404, 60}, {0, 5}});
  CHECK(all.min_uses == 2);
  CHECK(all.bypass == Texts{"$cookie_session", "$arg_nocache"});
  CHECK(all.no_store == Texts{"$http_x_private"});
  CHECK(all.stale_while_revalidate == 30);
  CHECK(all.stale_if_error == 3'600);
  CHECK(!all.coalesce);
  CHECK(all.coalesce_timeout == base::Duration(2'000));
  CHECK(!all.honor_origin);
  CHECK(!all.status_header);
  CHECK(all.x_cache);
  CHECK(all.variants == 4);
  REQUIRE(all.purge_from.size() == 2);
  CHECK(all.purge_from[0].contains("10.1.2.3"));
  REQUIRE(config.routes.at(1).caching);
  CHECK(config.routes[1].caching->zone == "small");
  CHECK(!config.routes.at(2).caching);
}

TEST_CASE("the defaults of the table are those of a route's cache and of a zone") {
  std::string zone;
  std::string route;
  for (const KeyInfo* key : zone_section().keys)
    zone += "    " + std::string(key->name) + ": " + std::string(key->standard) + "\n";
  for (const KeyInfo* key : route_cache_section().keys) {
    if (key->name != "zone")
      route += "      " + std::string(key->name) + ": " + std::string(key->standard) + "\n";
  }
  std::string begin = kHead + "cache:\n  main:\n";
  std::string end = "routes:\n  - upstream: api\n    cache:\n      zone: main\n";
  Config written = good(begin + zone + end + route);
  Config bare = good(kHead + "cache: {main: {}}\n" + end);
  CHECK(written == bare);
  cache::CacheOptions options;
  options.zone = "main";
  CHECK(bare.routes.at(0).caching == options);
  CHECK(bare.zones.at(0).store == cache::StoreOptions());
}

}  // namespace weir::config
