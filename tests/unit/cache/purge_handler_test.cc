#include "cache/purge_handler.h"

#include <doctest/doctest.h>

#include "respond/answer.h"
#include "unit/cache/stored.h"
#include "unit/respond/asked.h"

namespace weir::cache {
namespace {

using respond::Asked;

// What stands behind the cache: counts what comes to it.
class Behind final : public http::Handler {
 public:
  explicit Behind(int& taken) : taken_(taken) {}
  http::WorkPtr take(http::Request& request, http::Responder& responder) override {
    ++taken_;
    respond::Answer answer;
    answer.status = 204;
    return respond::give(answer, request, responder);
  }

 private:
  int& taken_;
};

struct World {
  World() {
    CacheOptions options;
    options.purge_from.push_back(net::Cidr::parse("10.0.0.0/8").value());
    plan.emplace(CompiledCache::compile(std::move(options)).value());
    handler.emplace(std::make_unique<Behind>(taken), *plan, store);
    for (const char* key : {"https://shop.example.com/a?b=c", "https://shop.example.com/a"})
      store.insert(stored(key), store.ticket(key));
  }
  void ask(Asked& asked, std::string_view method, std::string_view client) {
    asked.request.head.method = http::method_of(method);
    asked.request.head.method_text = method;
    asked.request.head.authority = asked.request.head.host;
    asked.request.client = client;
    asked.ask(*handler);
  }

  int taken = 0;
  Store store{StoreOptions{}};
  std::optional<CompiledCache> plan;
  std::optional<PurgeHandler> handler;
};

}  // namespace

TEST_CASE("PURGE from an allowed address purges what a GET of its target would find") {
  World world;
  Asked first;
  world.ask(first, "PURGE", "10.1.2.3");
  CHECK(first.status == 200);
  CHECK(first.text == "{\"purged\":1}\n");
  CHECK(world.store.counts().entries == 1);
  Asked second;
  world.ask(second, "PURGE", "10.1.2.3");
  CHECK(second.text == "{\"purged\":0}\n");
  CHECK(world.taken == 0);
}

TEST_CASE("PURGE from elsewhere is a 403, and all is left as it is") {
  World world;
  Asked asked;
  world.ask(asked, "PURGE", "192.0.2.1");
  CHECK(asked.status == 403);
  CHECK(world.store.counts().entries == 2);
  CHECK(world.taken == 0);
}

TEST_CASE("other methods are for what is behind, from wherever they come") {
  World world;
  for (const char* method : {"GET", "DELETE", "purge", "PURGES"}) {
    Asked asked;
    world.ask(asked, method, "10.1.2.3");
    CHECK(asked.status == 204);
  }
  CHECK(world.taken == 4);
  CHECK(world.store.counts().entries == 2);
}

}  // namespace weir::cache
