#include "observe/explanation.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "routing/router.h"
#include "unit/observe/scratch.h"

namespace weir::observe {
namespace {

using http::NotRetried;
using http::Phase;
using http::Reason;

struct Explained : Asked {
  Explained() {
    request.record.last_try.endpoint = "10.0.0.1:8080";
    route.name = "orders";
    route.upstream = "api";
    route.max_body = options.limits.body;
    pool.timeouts.first_byte = base::Duration(1500);
    options.pools.emplace_back("api", &pool);
  }
  std::string of(unsigned status, Reason reason, Phase phase = Phase::kCount) {
    request.record.status = status;
    request.record.reason = reason;
    request.record.timed_out = phase;
    char memory[ErrorLog::kLineMax];
    LogText text(memory, sizeof(memory));
    put_explanation(text, request, route, options);
    return std::string(text.view());
  }
  // Without the part that says whose request it was.
  std::string why(unsigned status, Reason reason, Phase phase = Phase::kCount) {
    auto text = of(status, reason, phase);
    return text.substr(0, text.find(", client: "));
  }

  server::RouteTarget route;
  upstream::PoolOptions pool;
  ExplainedOptions options;
};

}  // namespace

TEST_CASE("a line says why, and whose request it was") {
  Explained e;
  CHECK(e.of(408, Reason::kClientBodyTimeout) ==
        "408: timeouts.client_body (30s) passed without a byte, client: 10.1.2.3, request: \"GET "
        "/a?b=1\", host: \"shop.example.com\", id: 0123456789abcdef0123456789abcdef");
  e.request.head = {};
  e.request.id = {};
  CHECK(e.of(400, Reason::kBadRequest) == "400: the head is malformed, client: 10.1.2.3");
}

TEST_CASE("the key that would change it is named with its value") {
  Explained e;
  CHECK(e.why(408, Reason::kClientHeadTimeout) ==
        "408: timeouts.client_header (10s) passed before the head was whole");
  CHECK(e.why(413, Reason::kBodyTooLarge) == "413: the body is larger than limits.body (1g)");
  e.route.max_body = 1536;
  CHECK(e.why(413, Reason::kBodyTooLarge) ==
        "413: the body is larger than max_body (1536) of route 'orders'");
  CHECK(e.why(414, Reason::kUriTooLong) == "414: the request line is longer than limits.uri (8k)");
  CHECK(e.why(431, Reason::kHeaderTooLarge) ==
        "431: the fields are larger than limits.header_size (32k)");
  CHECK(e.why(431, Reason::kTooManyHeaders) ==
        "431: there are more fields than limits.headers (100)");
  CHECK(e.why(421, Reason::kMisdirected) ==
        "421: an https target came over a connection without TLS");
  CHECK(e.why(504, Reason::kRouteTimeout) ==
        "504: timeout of route 'orders' passed before the answer's head");
}

TEST_CASE("a refused handshake and the end of a tunnel say why") {
  Explained e;
  CHECK(
      e.why(400, Reason::kBadUpgrade) ==
      "400: a wrong WebSocket handshake: it wants GET, no body, one Sec-WebSocket-Key of 16 bytes "
      "in base64 and one Sec-WebSocket-Version");
  CHECK(e.why(426, Reason::kUpgradeVersion) == "426: a version of WebSocket other than 13");
  CHECK(e.why(101, Reason::kTunnelIdle, Phase::kTunnelIdle) ==
        "101: timeouts.tunnel_idle (1h) passed without a byte either way");
  CHECK(e.why(101, Reason::kUpstreamCut) ==
        "101: upstream 'api': 10.0.0.1:8080 broke the tunnel off");
}

TEST_CASE("a route that is not there says what was looked for") {
  Explained e;
  e.request.head.normal_path = "/x\"y";
  CHECK(e.why(404, Reason::kNoRoute) == "404: no route: none takes the path \"/x\\x22y\"");
}

TEST_CASE("where routes are known the nearest is named, and what it failed on") {
  std::vector<routing::RouteMatch> matches;
  auto add = [&](const char* name, const char* host, const char* path, const char* header = "") {
    routing::RouteOptions options{name, {host}, path, {}};
    if (*header != 0) options.when.headers = {{"X-Beta", header}};
    options.when.methods = {"GET"};
    auto match = routing::parse_match(options, matches.size(), true);
    REQUIRE(match.ok());
    matches.push_back(std::move(match.value()));
  };
  add("orders", "shop.example.com", "/orders/", "~ \xc3\xa9");
  add("users", "shop.example.com", "= /users");
  add("api", "*.api.example.com", "^~ /v1/");
  auto router = routing::Router::build(std::move(matches));
  REQUIRE(router.ok());
  Explained e;
  base::Arena arena;
  e.request.arena = &arena;
  e.route.router = &router.value();
  auto why = [&](std::string_view host, std::string_view path, http::Method method) {
    e.request.head.host = host;
    e.request.head.normal_path = path;
    e.request.head.method = method;
    bool refused = !router.value().allow(e.request).empty();
    return refused ? e.why(405, Reason::kMethodNotAllowed) : e.why(404, Reason::kNoRoute);
  };
  CHECK(why("shop.example.com", "/orders/7", http::Method::kGet) ==
        "404: no route: nearest 'orders' failed on headers X-Beta: ~ \\xC3\\xA9");
  CHECK(why("shop.example.com", "/users", http::Method::kPut) ==
        "405: no route: nearest 'users' failed on method GET, HEAD");
  CHECK(why("shop.example.com", "/usr\"", http::Method::kGet) ==
        "404: no route: none for this host takes the path \"/usr\\x22\"; nearest 'users' takes = "
        "/users");
  CHECK(why("shop.example.com", "/x", http::Method::kGet) ==
        "404: no route: none for this host takes the path \"/x\"; one without path would");
  CHECK(why("api.example.com", "/v1/x", http::Method::kGet) ==
        "404: no route: none is for this host; nearest 'api' is for *.api.example.com");
}

TEST_CASE("a backend's failure names the pool, the endpoint and the deadline") {
  Explained e;
  CHECK(e.why(503, Reason::kNoEndpoint) ==
        "503: upstream 'api': no endpoint to try: each is down, or put aside by max_fails for "
        "fail_timeout");
  CHECK(e.why(503, Reason::kEndpointsFull) ==
        "503: upstream 'api': each endpoint has as many requests under way as its max_conns "
        "allows, and there is no queue");
  e.pool.queue = {20, base::Duration(500)};
  CHECK(e.why(503, Reason::kQueueFull) ==
        "503: upstream 'api': queue.size (20) requests wait already, and each endpoint has as many "
        "as its max_conns allows");
  CHECK(e.why(503, Reason::kQueueTimeout, Phase::kUpstreamQueue) ==
        "503: upstream 'api': queue.timeout (500ms) passed while each endpoint had as many "
        "requests as its max_conns allows");
  CHECK(e.why(504, Reason::kUpstreamTimeout, Phase::kUpstreamFirstByte) ==
        "504: upstream 'api': timeouts.first_byte (1500ms) passed before the answer of "
        "10.0.0.1:8080 began");
  CHECK(e.why(504, Reason::kUpstreamTimeout, Phase::kUpstreamRead) ==
        "504: upstream 'api': timeouts.read (1m) passed without a byte of the answer from "
        "10.0.0.1:8080");
  CHECK(e.why(504, Reason::kUpstreamTimeout, Phase::kUpstreamWrite) ==
        "504: upstream 'api': timeouts.write (1m) passed while 10.0.0.1:8080 took no byte of the "
        "request");
  CHECK(e.why(504, Reason::kUpstreamConnectTimeout, Phase::kUpstreamConnect) ==
        "504: upstream 'api': timeouts.connect (3s) passed before a connection to 10.0.0.1:8080 "
        "was made");
  CHECK(e.why(502, Reason::kUpstreamConnect) ==
        "502: upstream 'api': 10.0.0.1:8080 refused the connection or is unreachable");
  CHECK(e.why(200, Reason::kUpstreamCut) ==
        "200: upstream 'api': 10.0.0.1:8080 broke its answer off, so the client's connection was "
        "cut");
  CHECK(e.why(200, Reason::kUpstreamCut, Phase::kUpstreamRead) ==
        "200: upstream 'api': timeouts.read (1m) passed without a byte of the answer from "
        "10.0.0.1:8080");
  e.request.record.attempts = 2;
  CHECK(e.why(502, Reason::kUpstreamReset) ==
        "502: upstream 'api': 10.0.0.1:8080 closed the connection before its answer (the last of 2 "
        "tries)");
}

TEST_CASE("a try's own deadline is named with its value") {
  Explained e;
  e.pool.retry.per_try_timeout = base::Duration(2'000);
  e.request.record.attempts = 2;
  CHECK(e.why(504, Reason::kUpstreamTimeout, Phase::kUpstreamTry) ==
        "504: upstream 'api': retry.per_try_timeout (2s) passed before the answer of "
        "10.0.0.1:8080 began (the last of 2 tries)");
}

TEST_CASE("what weir itself has run out of is named with the limit to raise") {
  Explained e;
  e.request.record.not_retried = NotRetried::kEndpoints;
  CHECK(e.why(503, Reason::kNoDescriptors) ==
        "503: upstream 'api': nothing is left to connect to 10.0.0.1:8080 with: the limit of open "
        "files is reached (ulimit -Hn, LimitNOFILE=; limits.connections (10000) needs about two "
        "each); not retried: no endpoint is left of upstream 'api'");
  CHECK(e.why(503, Reason::kNoPorts).find("net.ipv4.ip_local_port_range") != std::string::npos);
  CHECK(e.why(503, Reason::kNoMemory).find("net.ipv4.tcp_mem") != std::string::npos);
  CHECK(level_of(Reason::kNoDescriptors) == Level::kError);
}

TEST_CASE("why a try was the last is told with the key of the pool that would change it") {
  Explained e;
  auto of = [&](Reason reason, NotRetried why) {
    e.request.record.not_retried = why;
    auto line = e.why(502, reason);
    auto at = line.find("; not retried: ");
    return at == std::string::npos ? "" : line.substr(at + 2);
  };
  CHECK(of(Reason::kUpstreamReset, NotRetried::kNone).empty());
  CHECK(of(Reason::kUpstreamReset, NotRetried::kBody) ==
        "not retried: body over replay_body (64k) of upstream 'api'");
  CHECK(of(Reason::kUpstreamReset, NotRetried::kAttempts) ==
        "not retried: over retry.attempts (2) of upstream 'api'");
  CHECK(of(Reason::kUpstreamReset, NotRetried::kBudget) ==
        "not retried: over retry.budget (20%) of upstream 'api'");
  CHECK(of(Reason::kUpstreamReset, NotRetried::kMethod) ==
        "not retried: GET is not in retry.methods of upstream 'api'");
  CHECK(of(Reason::kUpstreamConnect, NotRetried::kEndpoints) ==
        "not retried: no endpoint is left of upstream 'api'");
  CHECK(of(Reason::kUpstreamMalformed, NotRetried::kNotListed) ==
        "not retried: malformed is not in retry.on of upstream 'api'");
  CHECK(of(Reason::kUpstreamReset, NotRetried::kNotListed) ==
        "not retried: reset is not in retry.on of upstream 'api'");
  CHECK(of(Reason::kUpstreamConnectTimeout, NotRetried::kNotListed) ==
        "not retried: connect is not in retry.on of upstream 'api'");
  CHECK(of(Reason::kUpstreamTimeout, NotRetried::kNotListed) ==
        "not retried: timeout is not in retry.on of upstream 'api'");
  CHECK(of(Reason::kUpstreamCut, NotRetried::kAttempts).empty());
}

TEST_CASE("every reason but none and the client's own leaving is explained in words") {
  Explained e;
  for (std::size_t i = 0; i < static_cast<std::size_t>(Reason::kCount); ++i) {
    auto reason = static_cast<Reason>(i);
    bool silent = reason == Reason::kNone || reason == Reason::kClientClosed;
    CHECK(is_explained(reason) == !silent);
    if (silent) continue;
    INFO(text_of(reason));
    CHECK(e.why(500, reason) != "500: " + std::string(text_of(reason)));
  }
}

TEST_CASE("the backends' failures are errors, the clients' are not") {
  CHECK(level_of(Reason::kUpstreamTimeout) == Level::kError);
  CHECK(level_of(Reason::kNoEndpoint) == Level::kError);
  CHECK(level_of(Reason::kEndpointsFull) == Level::kError);
  CHECK(level_of(Reason::kQueueTimeout) == Level::kError);
  CHECK(level_of(Reason::kBadRequest) == Level::kInfo);
  CHECK(level_of(Reason::kNoRoute) == Level::kInfo);
}

TEST_CASE("a client's long texts do not push the reason out of the line") {
  Explained e;
  std::string long_text(100'000, '\x02');
  e.request.head.target = e.request.head.normal_path = e.request.head.authority = long_text;
  auto text = e.of(404, Reason::kNoRoute);
  CHECK(text.size() <= ErrorLog::kLineMax);
  CHECK(text.starts_with("404: no route"));
}

TEST_CASE("values are written as the configuration has them") {
  auto duration = [](int ms) {
    char memory[40];
    LogText text(memory, sizeof(memory));
    put_duration(text, base::Duration(ms));
    return std::string(text.view());
  };
  CHECK(duration(250) == "250ms");
  CHECK(duration(10'000) == "10s");
  CHECK(duration(90'000) == "90s");
  CHECK(duration(300'000) == "5m");
  CHECK(duration(7'200'000) == "2h");
  CHECK(duration(0) == "0ms");
  auto bytes = [](std::uint64_t value) {
    char memory[40];
    LogText text(memory, sizeof(memory));
    put_bytes(text, value);
    return std::string(text.view());
  };
  CHECK(bytes(0) == "0");
  CHECK(bytes(512) == "512");
  CHECK(bytes(65'536) == "64k");
  CHECK(bytes(3 << 20) == "3m");
  CHECK(bytes(std::uint64_t{1} << 40) == "1024g");
}

}  // namespace weir::observe
