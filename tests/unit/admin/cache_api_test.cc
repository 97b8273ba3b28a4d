#include "admin/cache_api.h"

#include <doctest/doctest.h>

#include <string>

namespace weir::admin {
namespace {

constexpr cache::Seconds kNow = 1'700'000'100;

struct Api {
  Api() {
    source.zones = {{"main", std::size_t{1} << 20U, &store, {&stats}}};
    put("http://a/1", "one");
    put("http://a/2", "two three");
    put("http://b/?x=c d+e", "two");
  }
  void put(std::string key, std::string_view tags) {
    base::Arena arena;
    http::ResponseHead head;
    head.status = 200;
    head.fields.add(arena, {"Cache-Tag", tags, http::name_of("Cache-Tag")});
    head.fields.add(arena, {"Surrogate-Key", tags, http::name_of("Surrogate-Key")});
    cache::Terms terms;
    terms.lifetime = 60;
    terms.received = kNow - 20;
    auto ticket = store.ticket(key);
    store.insert(
        base::make_shared_ref<const cache::Entry>(cache::Identity{std::move(key), "", ""}, head,
                                                  cache::ResponseControl(), terms, cache::Blocks()),
        ticket);
  }
  ApiAnswer ask(http::Method method, std::string_view query = {}, std::string_view zone = "main") {
    std::string path = std::string(kCachePath) + std::string(zone);
    http::Request request;
    request.head.method = method;
    request.head.normal_path = path;
    request.head.query = query;
    return answer_cache(source, request, kNow);
  }
  ApiAnswer purge(std::string_view query) { return ask(http::Method::kDelete, query); }

  cache::Store store{{std::size_t{1} << 20U, std::size_t{1} << 18U, 2}};
  cache::ZoneStats stats;
  observe::MetricsSource source;
};

bool has(const ApiAnswer& answer, std::string_view part) {
  return answer.body.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a zone tells what it holds and counts") {
  Api api;
  api.stats.requests[static_cast<std::size_t>(cache::Result::kHit)].add(7);
  auto answer = api.ask(http::Method::kGet);
  CHECK(answer.status == 200);
  CHECK(answer.body.starts_with("{\"zone\":\"main\",\"memory\":1048576,\"bytes\":"));
  CHECK(has(answer, "\"entries\":3,"));
  CHECK(has(answer, "\"hit\":7,"));
}

TEST_CASE("what is stored under a key is told, with its age and for how long it is fresh") {
  Api api;
  auto answer = api.ask(http::Method::kGet, "key=http%3A%2F%2Fa%2F1");
  CHECK(answer.status == 200);
  CHECK(has(answer, "\"key\":\"http://a/1\",\"responses\":[{\"status\":200,"));
  CHECK(has(answer, "\"age_seconds\":20,\"fresh_for_seconds\":40,\"purged\":false,"));
  CHECK(has(api.ask(http::Method::kGet, "key=nothing"), "\"responses\":[]"));
}

TEST_CASE("a purge is by key, prefix or tag, and says how many answers it was about") {
  Api by_key;
  CHECK(by_key.purge("key=http://b/?x=c%20d%2Be").body ==
        "{\"zone\":\"main\",\"purged\":1,\"soft\":false}\n");
  CHECK(by_key.store.counts().entries == 2);
  Api by_prefix;
  CHECK(has(by_prefix.purge("prefix=http://a/"), "\"purged\":2,"));
  CHECK(has(by_prefix.purge("prefix="), "\"purged\":1,"));
  CHECK(by_prefix.store.counts().entries == 0);
  Api by_tag;
  CHECK(has(by_tag.purge("tag=two"), "\"purged\":2,"));
  CHECK(by_tag.store.counts().entries == 1);
}

TEST_CASE("a soft purge leaves what it is about, stale") {
  Api api;
  CHECK(api.purge("key=http://a/1&soft=1").body ==
        "{\"zone\":\"main\",\"purged\":1,\"soft\":true}\n");
  CHECK(api.store.counts().entries == 3);
  CHECK(has(api.ask(http::Method::kGet, "key=http://a/1"), "\"purged\":true,"));
}

TEST_CASE("what is asked wrongly purges nothing, and the error says what is wrong") {
  Api api;
  for (const char* query : {"", "soft=1", "kye=http://a/1", "key=http://a/1&tag=two",
                            "key=http://a/1&soft=yes", "key=http://a/1&x=1"}) {
    CAPTURE(query);
    auto answer = api.purge(query);
    CHECK(answer.status == 400);
    CHECK(answer.body.starts_with("{\"title\":\"bad request\",\"status\":400,"));
  }
  CHECK(api.ask(http::Method::kGet, "prefix=http").status == 400);
  CHECK(api.ask(http::Method::kDelete, "prefix=", "mian").status == 404);
  CHECK(api.ask(http::Method::kDelete, "prefix=", "").status == 404);
  auto answer = api.ask(http::Method::kPost, "prefix=");
  CHECK(answer.status == 405);
  CHECK(answer.allow == "GET, HEAD, DELETE");
  CHECK(api.store.counts().entries == 3);
}

}  // namespace weir::admin
