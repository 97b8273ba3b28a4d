#include "cache/cache_handler.h"

#include <doctest/doctest.h>

#include <string>

#include "http/target.h"
#include "unit/cache/cached_site.h"
#include "unit/proxy/allocations.h"

namespace weir::cache {
namespace {

// Takes an answer and keeps none of it; ends the work as a session does.
class Sink final : public http::Responder {
 public:
  void interim(const http::ResponseHead&) override {}
  void head(const http::ResponseHead& head) override { status = head.status; }
  void upgrade(const http::ResponseHead&) override {}
  void shut_down() override {}
  http::Flow body(base::Bytes bytes) override {
    size += bytes.size();
    return http::Flow::kGo;
  }
  void end(const http::Fields*) override { work->detach(); }
  void fail(const http::Failure&) override { work->detach(); }

  http::Work* work = nullptr;
  unsigned status = 0;
  std::size_t size = 0;
};

}  // namespace

TEST_CASE("boundaries are not told twice, nor the same by two handlers") {
  CachedSite site;
  CachedSite other;
  base::Arena arena;
  std::string first(site.handler().boundary(arena));
  CHECK(first.size() == 16);
  CHECK(site.handler().boundary(arena) != first);
  CHECK(other.handler().boundary(arena) != first);
}

TEST_CASE("the wall clock counts from 1970") {
  // 2020 to 2200.
  CHECK(read_wall_clock() > 1'577'836'800);
  CHECK(read_wall_clock() < 7'258'118'400);
}

TEST_CASE("each request is counted once, by how it was answered; one that is given up is a miss") {
  CachedSite site;
  site.says = {200, {{"Cache-Control", "max-age=60"}}, "hello"};
  site.get("/a");
  site.get("/a");
  site.get("/a", {{"Range", "bytes=0-0"}});
  site.ask(http::Method::kPost, "/b", {}, "x");
  site.says.down = true;
  site.get("/c");
  site.get("/d", {{"Cache-Control", "only-if-cached"}});
  CHECK(site.count(Result::kHit) == 2);
  CHECK(site.count(Result::kMiss) == 3);
  CHECK(site.count(Result::kBypass) == 1);
  CHECK(site.count(Result::kStale) == 0);
  CHECK(site.count(Result::kRevalidated) == 0);
}

TEST_CASE("hits take nothing from the heap: whole, in parts, none, and of what varies") {
  CachedSite site;
  site.says = {200,
               {{"Cache-Control", "max-age=60"}, {"ETag", "\"1\""}, {"Vary", "Accept-Encoding"}},
               std::string(200'000, 'x')};
  site.get("/a", {{"Accept-Encoding", "gzip, deflate, br, zstd"}});
  base::Arena arena(16 * 1024);
  auto hit = [&](std::string_view name, std::string_view value) {
    arena.reset();
    http::Request request;
    request.arena = &arena;
    http::RequestHead& head = request.head;
    head.method = http::Method::kGet;
    head.method_text = "GET";
    head.target = "/a";
    head.authority = head.host = "example.com";
    REQUIRE(http::parse_target(head, arena) == http::Reason::kNone);
    head.fields.add(arena, "Accept-Encoding", "br, zstd, gzip, deflate");
    head.fields.add(arena, name, value);
    Sink sink;
    site.time.in_turn([&] {
      http::WorkPtr work = site.handler().take(request, sink);
      sink.work = work.get();
      work->begin();
    });
    return sink;
  };
  std::size_t before = 0;
  for (int round = 0; round < 10; ++round) {
    if (round == 2) before = proxy::allocations();
    CHECK(hit("Accept", "x").size == 200'000);
    CHECK(hit("Range", "bytes=5-9").size == 5);
    CHECK(hit("If-None-Match", "\"1\"").status == 304);
  }
  CHECK(proxy::allocations() == before);
  CHECK(site.asked() == 1);
}

}  // namespace weir::cache
