#pragma once

#include <doctest/doctest.h>

#include <deque>
#include <memory>
#include <string>
#include <utility>

#include "cache/cache_handler.h"
#include "cache/route_fills.h"
#include "unit/cache/fill_world.h"

namespace weir::cache {

// A client of a route whose requests share fills: writes down what it is told.
struct SiteClient final : http::Responder {
  explicit SiteClient(const http::Fields& asked) {
    request.arena = &arena;
    request.peer.scheme = "http";
    request.head.method = http::Method::kGet;
    request.head.method_text = "GET";
    request.head.authority = request.head.host = "example.com";
    request.head.target = request.head.path = request.head.normal_path = "/a";
    request.head.fields = asked;
  }
  ~SiteClient() {
    if (work != nullptr) work->detach();
  }
  void interim(const http::ResponseHead&) override {}
  void head(const http::ResponseHead& head) override {
    status = head.status;
    for (const auto& field : head.fields)
      fields += std::string(field.name) + ": " + std::string(field.value) + "\n";
  }
  void upgrade(const http::ResponseHead&) override {}
  void shut_down() override {}
  http::Flow body(base::Bytes bytes) override {
    text += bytes;
    return http::Flow::kGo;
  }
  void end(const http::Fields*) override {
    ended = true;
    work->detach();
  }
  void fail(const http::Failure& failure) override {
    if (status == 0) status = failure.status;
    failed = true;
    work->detach();
  }
  [[nodiscard]] bool has(std::string_view line) const {
    return fields.find(line) != std::string::npos;
  }

  base::Arena arena;
  http::Request request;
  http::WorkPtr work;
  unsigned status = 0;
  std::string fields;
  std::string text;
  bool ended = false;
  bool failed = false;
};

inline Seconds site_time = 784'111'777;

// A route with a cache and an origin that the test plays, for clients that ask at the same time.
struct SharedSite {
  explicit SharedSite(CacheOptions options = {}, std::size_t max_object = 1'000'000)
      : zone({std::size_t{16} << 20U, max_object, 0}),
        plan(CompiledCache::compile(std::move(options)).value()) {
    auto forwards = std::make_unique<Forwards>(origin);
    handler = std::make_unique<CacheHandler>(std::move(forwards), plan, zone.store, stats,
                                             time.turns(), [] { return site_time; });
    handler->share(zone.fills, worker, nullptr, 64 * 1024);
  }
  ~SharedSite() {
    clients.clear();
    time.in_turn([this] { worker.close_all(); });
    CHECK(zone.fills.count() == 0);
  }

  SiteClient& ask(const http::Fields& fields = {}) {
    SiteClient& client = *clients.emplace_back(std::make_unique<SiteClient>(fields));
    time.in_turn([&] {
      client.work = handler->take(client.request, client);
      client.work->begin();
      if (!client.ended && !client.failed) client.work->on_body_end(nullptr);
    });
    return client;
  }
  // What the origin says of the request of this number, in a turn of its own.
  template <class Say>
  void say(std::size_t number, Say what) {
    REQUIRE(number < origin.all.size());
    time.in_turn([&] { what(origin.all[number]); });
  }
  [[nodiscard]] std::uint64_t count(Result result) const {
    return stats.requests[static_cast<std::size_t>(result)].get();
  }
  [[nodiscard]] std::uint64_t count(NotStored reason) const {
    return stats.not_stored[static_cast<std::size_t>(reason)].get();
  }

  // The handler owns what it wraps, the test the origin.
  struct Forwards final : http::Handler {
    explicit Forwards(Origin& the_origin) : to(the_origin) {}
    http::WorkPtr take(http::Request& request, http::Responder& responder) override {
      return to.take(request, responder);
    }
    Origin& to;
  };

  memory::ManualTime time;
  Zone zone;
  Origin origin;
  ZoneStats stats;
  CompiledCache plan;
  Coalescer worker{time.turns(), time.wheel(), nullptr};
  std::unique_ptr<CacheHandler> handler;
  std::deque<std::unique_ptr<SiteClient>> clients;
};

}  // namespace weir::cache
