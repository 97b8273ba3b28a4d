#include <doctest/doctest.h>

#include <map>
#include <string>

#include "system/routing/setup.h"

namespace weir::routing {

namespace {

// Two upstreams of one backend each, and a route that is split between them.
struct Halves {
  explicit Halves(const std::string& weights, const std::string& more = "")
      : weir(config(weights, more)) {}
  [[nodiscard]] std::string config(const std::string& weights, const std::string& more) const {
    return "listen: \"127.0.0.1:0\"\nupstreams: {api: [\"" + api.address() + "\"], canary: [\"" +
           canary.address() + "\"]}\nroutes: [{name: all, split: " + weights + more + "}]\n";
  }
  [[nodiscard]] double requests(const std::string& upstream) const {
    return weir.metric("weir_http_requests_total{route=\"all\",upstream=\"" + upstream +
                       "\",code=\"200\"}");
  }
  BackendProcess api{"api"};
  BackendProcess canary{"canary"};
  WeirProcess weir;
};

// A weir-backend says who it is.
bool is_from(const support::Message& answer, const std::string& name) {
  return answer.fields.value("X-Instance") == name;
}

std::string get(const std::string& cookie = "") {
  return "GET /echo HTTP/1.1\r\nHost: a\r\n" +
         (cookie.empty() ? "" : "Cookie: " + cookie + "\r\n") + "\r\n";
}

}  // namespace

TEST_CASE("requests are split by weight, each by itself, and counted by upstream") {
  Halves halves("[{upstream: api, weight: 80}, {upstream: canary, weight: 20}]");
  RawClient client(halves.weir.address());
  constexpr int kRequests = 2000;
  for (int i = 0; i < kRequests; ++i) {
    support::Message answer = client.ask(get());
    REQUIRE(answer.status() == 200);
    REQUIRE(!answer.fields.has("Set-Cookie"));
  }
  CHECK(halves.requests("api") + halves.requests("canary") == kRequests);
  // 400 are expected; five standard deviations are 90.
  CHECK(halves.requests("canary") > 310);
  CHECK(halves.requests("canary") < 490);
}

TEST_CASE("with sticky a client stays where it came first, over connections and a reload") {
  std::string sticky = ", sticky: {cookie: share}";
  Halves halves("[{upstream: api, weight: 1}, {upstream: canary, weight: 1}]", sticky);
  std::map<std::string, std::string> cookies;
  for (int i = 0; i < 200 && cookies.size() < 2; ++i) {
    support::Message answer = RawClient(halves.weir.address()).ask(get());
    std::string cookie = answer.fields.value("Set-Cookie");
    REQUIRE(cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax"));
    cookies[is_from(answer, "api") ? "api" : "canary"] = cookie.substr(0, cookie.find(';'));
  }
  REQUIRE(cookies.size() == 2);
  auto stays = [&](const std::string& name) {
    for (int i = 0; i < 20; ++i) {
      support::Message answer = RawClient(halves.weir.address()).ask(get(cookies[name]));
      CHECK(is_from(answer, name));
      CHECK(!answer.fields.has("Set-Cookie"));
    }
  };
  stays("api");
  stays("canary");
  // No new client comes to the canary; its own still do.
  halves.weir.reload(halves.config("[{upstream: api}, {upstream: canary, weight: 0}]", sticky));
  stays("canary");
  CHECK(is_from(RawClient(halves.weir.address()).ask(get()), "api"));
  // Who comes with a cookie that names nobody is a new client.
  halves.weir.reload(halves.config("[{upstream: api}]", sticky));
  support::Message answer = RawClient(halves.weir.address()).ask(get(cookies["canary"]));
  CHECK(is_from(answer, "api"));
  CHECK(answer.fields.value("Set-Cookie").starts_with(cookies["api"]));
}

}  // namespace weir::routing
