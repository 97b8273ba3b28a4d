#include "config/load.h"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <string>

#include "unit/config/folder.h"

namespace weir::config {

namespace {

using std::chrono::milliseconds;

const std::string kGood = std::string(WEIR_SOURCE_DIR) + "/tests/config/good/";

Config good(const std::string& name) {
  Loaded loaded = load_file(kGood + name);
  INFO(loaded.errors);
  REQUIRE(loaded.config.has_value());
  return *loaded.config;
}

Config good_text(const std::string& text) {
  Loaded loaded = load_text("a.yaml", text);
  INFO(loaded.errors);
  REQUIRE(loaded.config.has_value());
  return *loaded.config;
}

const std::string& upstream_of(const RouteConfig& route) {
  return std::get<UpstreamAction>(route.action).upstream;
}

}  // namespace

TEST_CASE("two lines are a configuration: everything goes to the one upstream") {
  Config config = good("two_lines.yaml");
  REQUIRE(config.listeners.size() == 1);
  CHECK(net::to_text(config.listeners[0].address) == ":8080");
  CHECK(config.listeners[0].connections == 0);
  REQUIRE(config.upstreams.size() == 1);
  CHECK(config.upstreams[0].name == "app");
  REQUIRE(config.upstreams[0].endpoints.size() == 2);
  CHECK(net::to_text(config.upstreams[0].endpoints[1].address) == "127.0.0.1:9002");
  REQUIRE(config.routes.size() == 1);
  CHECK(config.routes[0].match.name == "default");
  CHECK(config.routes[0].match.hosts.empty());
  CHECK(config.routes[0].match.path.empty());
  CHECK(!config.routes[0].match.when.listener);
  CHECK(upstream_of(config.routes[0]) == "app");
  CHECK(config.access_log.enabled);
  CHECK(!config.admin);
}

TEST_CASE("one thing may stand bare for a list of it") {
  Config config = good("bare.yaml");
  REQUIRE(config.listeners.size() == 1);
  CHECK(net::to_text(config.listeners[0].address) == "127.0.0.1:0");
  REQUIRE(config.trusted_proxies.size() == 1);
  CHECK(config.trusted_proxies[0].contains("10.1.2.3"));
  CHECK(config.resolver.servers.size() == 1);
  REQUIRE(config.upstreams.size() == 3);
  CHECK(net::to_text(config.upstreams[0].endpoints.at(0).address) == "127.0.0.1:9001");
  CHECK(net::to_text(config.upstreams[1].endpoints.at(0).address) == "[::1]:9002");
  CHECK(config.upstreams[1].retry.on.statuses == std::vector<unsigned>{503});
  CHECK(!config.upstreams[1].retry.on.connect);
  CHECK(config.upstreams[1].retry.listed_methods == std::vector<std::string>{"GET"});
  CHECK(config.upstreams[2].endpoints.at(0).address.is_unix);
  REQUIRE(config.routes.size() == 1);
  CHECK(config.routes[0].match.name == "example.com/");
  CHECK(!config.access_log.enabled);
  REQUIRE(config.admin);
  CHECK(net::to_text(*config.admin) == "127.0.0.1:9900");
}

TEST_CASE("every key arrives in its option: process, listeners, limits, log") {
  Config config = good("full.yaml");
  CHECK(config.workers == 4);
  REQUIRE(config.user);
  CHECK(config.user->name == "nobody");
  CHECK(config.user->uid != 0);
  CHECK(config.pid_file == kGood + "run/weir.pid");
  REQUIRE(config.listeners.size() == 4);
  CHECK(net::to_text(config.listeners[2].address) == "[::1]:8082");
  CHECK(config.listeners[2].connections == 100);
  CHECK(net::to_text(config.listeners[3].address) == "unix:/run/weir.sock");
  CHECK(config.trusted_proxies.size() == 3);
  std::vector<std::string> servers;
  for (const auto& server : config.resolver.servers)
    servers.push_back(net::ip_text(server) + " " + std::to_string(net::port_of(server)));
  CHECK(servers ==
        std::vector<std::string>{"10.0.0.2 53", "127.0.0.1 5353", "::1 53", "fd00::1 54"});
  CHECK(config.resolver.timeout == milliseconds(2'000));
  CHECK(config.resolver.ttl_min == milliseconds(250));
  CHECK(config.resolver.ttl_max == milliseconds(60'000));
  CHECK(config.limits.connections == 500);
  CHECK(config.limits.per_client == 20);
  CHECK(config.limits.buffers == 64U << 20);
  CHECK(config.limits.header_size == 16'384);
  CHECK(config.limits.headers == 50);
  CHECK(config.limits.uri == 4'096);
  CHECK(config.limits.body == 10'485'760);
  CHECK(config.limits.pipeline == 4);
  CHECK(config.limits.requests_per_connection == 100);
  CHECK(config.limits.buffer_per_stream == 65'536);
  CHECK(config.timeouts.client_header == milliseconds(5'000));
  CHECK(config.timeouts.client_body == milliseconds(6'000));
  CHECK(config.timeouts.client_idle == milliseconds(7'000));
  CHECK(config.timeouts.client_write == milliseconds(8'000));
  CHECK(config.timeouts.linger == milliseconds(2'000));
  CHECK(config.timeouts.tunnel_idle == milliseconds(7'200'000));
  CHECK(config.timeouts.drain == milliseconds(60'000));
  CHECK(config.half_close == server::HalfClose::kAbort);
  CHECK(config.access_log.enabled);
  CHECK(config.access_log.path == kGood + "log/access.log");
  CHECK(config.access_log.format == "$remote_addr $status $upstream_addr");
  CHECK(config.access_log.sample_percent == 10);
  CHECK(config.error_log.path == kGood + "log/error.log");
  CHECK(config.error_log.level == observe::Level::kWarn);
  CHECK(config.access_log.buffer == 0);
  CHECK(config.access_log.flush == milliseconds(250));
  REQUIRE(config.admin);
  CHECK(config.admin->is_unix);
}

TEST_CASE("every key arrives in its option: upstreams") {
  Config config = good("full.yaml");
  REQUIRE(config.upstreams.size() == 3);
  const upstream::PoolOptions& pool = config.upstreams[0];
  CHECK(pool.name == "api");
  REQUIRE(pool.endpoints.size() == 4);
  CHECK(pool.endpoints[0].weight == 1);
  CHECK(pool.endpoints[1].weight == 3);
  CHECK(pool.endpoints[0].max_conns == 0);
  CHECK(pool.endpoints[1].max_conns == 200);
  CHECK(pool.endpoints[2].backup);
  CHECK(!pool.endpoints[2].down);
  CHECK(pool.endpoints[3].down);
  CHECK(pool.endpoints[3].address.host == "fd00::1");
  CHECK(pool.balance.by == upstream::BalanceBy::kHash);
  CHECK(!pool.balance.key.is_constant());
  CHECK(pool.balance.bounded_percent == 150);
  CHECK(pool.on_down == upstream::OnDown::kCloseTunnels);
  REQUIRE(pool.health_check);
  const upstream::HealthCheckOptions& check = *pool.health_check;
  CHECK(!check.tcp);
  CHECK(check.path == "/healthz?full=1");
  CHECK(check.method == http::Method::kHead);
  CHECK(check.host == "api.example.com:8443");
  CHECK(check.expect == std::vector<upstream::StatusRange>{{204, 204}, {300, 399}});
  CHECK(check.body.empty());
  CHECK(check.interval == milliseconds(500));
  CHECK(check.timeout == milliseconds(2'000));
  CHECK(check.rise == 1);
  CHECK(check.fall == 5);
  CHECK(check.jitter_percent == 0);
  CHECK(check.initial == upstream::InitialHealth::kUp);
  CHECK(pool.when_down == upstream::WhenDown::kPanic);
  CHECK(!config.upstreams[1].health_check);
  REQUIRE(config.upstreams[2].health_check);
  CHECK(config.upstreams[2].health_check->tcp);
  CHECK(pool.max_fails == 5);
  CHECK(pool.fail_timeout == milliseconds(30'000));
  CHECK(pool.retry.attempts == 3);
  CHECK(pool.retry.on.connect);
  CHECK(!pool.retry.on.reset);
  CHECK(!pool.retry.on.timeout);
  CHECK(pool.retry.on.malformed);
  CHECK(pool.retry.on.statuses == std::vector<unsigned>{429, 503});
  CHECK(pool.retry.methods == upstream::RetryMethods::kListed);
  CHECK(pool.retry.listed_methods == std::vector<std::string>{"GET", "POST", "PROPFIND"});
  CHECK(pool.retry.per_try_timeout == milliseconds(2'000));
  CHECK(pool.retry.budget_percent == 50);
  CHECK(pool.retry.min_per_second == 0);
  CHECK(pool.retry.backoff == milliseconds(0));
  CHECK(pool.retry.replay_body == 1'048'576);
  CHECK(pool.queue.size == 100);
  CHECK(pool.queue.timeout == milliseconds(500));
  CHECK(config.upstreams[1].queue.size == 0);
  CHECK(pool.keepalive.idle == 8);
  CHECK(pool.keepalive.idle_total == 100);
  CHECK(pool.keepalive.idle_timeout == milliseconds(30'000));
  CHECK(pool.keepalive.max_age == milliseconds(300'000));
  CHECK(pool.keepalive.max_requests == 1'000);
  CHECK(pool.timeouts.connect == milliseconds(500));
  CHECK(pool.timeouts.first_byte == milliseconds(10'000));
  CHECK(pool.timeouts.read == milliseconds(20'000));
  CHECK(pool.timeouts.write == milliseconds(0));
}

TEST_CASE("each way to balance that is one word arrives") {
  const std::pair<std::string, upstream::BalanceBy> kWays[] = {
      {"round_robin", upstream::BalanceBy::kRoundRobin},
      {"least_conn", upstream::BalanceBy::kLeastConn},
      {"p2c", upstream::BalanceBy::kP2c},
      {"ip_hash", upstream::BalanceBy::kIpHash}};
  for (const auto& [word, by] : kWays) {
    Config config =
        good_text("listen: 80\nupstreams: {a: {endpoints: \"h:1\", balance: " + word + "}}\n");
    CHECK(config.upstreams.at(0).balance.by == by);
    CHECK(config.upstreams.at(0).balance.bounded_percent == 0);
  }
}

TEST_CASE("every key arrives in its option: routes") {
  Config config = good("full.yaml");
  REQUIRE(config.routes.size() == 9);
  const RouteConfig& orders = config.routes[0];
  CHECK(orders.match.name == "orders");
  CHECK(orders.match.when.listener == 1);
  CHECK(orders.match.hosts == std::vector<std::string>{"shop.example.com", "*.shop.example.com"});
  CHECK(orders.match.path == "/orders/");
  CHECK(upstream_of(orders) == "api");
  CHECK(orders.timeout == milliseconds(15'000));
  CHECK(orders.max_body == 65'536);
  CHECK(orders.upgrade == std::vector<std::string>{"websocket", "chat/2"});
  CHECK(orders.trace);
  CHECK(!config.routes[1].trace);
  CHECK(orders.access_log.enabled);
  CHECK(orders.access_log.condition == "$status ~ ^5");
  CHECK(config.routes[1].upgrade.empty());
  CHECK(config.routes[2].upgrade == std::vector<std::string>{"websocket"});
  const auto& old = std::get<respond::RedirectOptions>(config.routes[4].action);
  CHECK(old.to == "https://shop.example.com$request_uri");
  CHECK(old.status == 308);
  const auto& fresh = std::get<respond::RedirectOptions>(config.routes[5].action);
  CHECK(fresh.to == "/x/${host}");
  CHECK(fresh.status == 302);
  const auto& robots = std::get<respond::FixedOptions>(config.routes[6].action);
  CHECK(robots.status == 200);
  CHECK(robots.body == "User-agent: *\n");
  REQUIRE(robots.headers.size() == 2);
  CHECK(robots.headers[1] == std::pair<std::string, std::string>("X-A", "b"));
  CHECK(std::get<respond::FixedOptions>(config.routes[7].action).status == 410);
  CHECK_FALSE(config.routes[7].access_log.enabled);
  CHECK(config.routes[8].access_log.enabled);
}

TEST_CASE("every key arrives in its option: conditions, and those of not") {
  using Texts = std::vector<std::string>;
  using Named = routing::ConditionOptions::Named;
  Config config = good("conditions.yaml");
  REQUIRE(config.routes.size() == 3);
  const routing::RouteOptions& beta = config.routes[0].match;
  CHECK(beta.when.listener == 0);
  CHECK(beta.when.methods == Texts{"GET", "PURGE"});
  CHECK(beta.when.headers == Named{{"X-Beta", "1"}, {"Accept", "~ html"}});
  CHECK(beta.when.query == Named{{"debug", "*"}, {"page", "2"}});
  CHECK(beta.when.cookies == Named{{"opt_in", "yes"}});
  CHECK(beta.when.clients == Texts{"10.0.0.0/8", "::1", "unix:"});
  CHECK(beta.unless.listener == 1);
  CHECK(beta.unless.methods == Texts{"HEAD"});
  CHECK(beta.unless.headers == Named{{"X-Old", "*"}});
  CHECK(beta.unless.query == Named{{"a b", "~* ^x"}});
  CHECK(beta.unless.cookies == Named{{"opt_out", "1"}});
  CHECK(beta.unless.clients == Texts{"10.1.0.0/16"});
  CHECK(config.routes[1].match.when.methods == Texts{"POST"});
  CHECK(!config.routes[2].match.when.listener);
}

TEST_CASE("every key arrives in its option: split and sticky") {
  Config config = good("split.yaml");
  REQUIRE(config.routes.size() == 4);
  const auto& both = std::get<routing::SplitOptions>(config.routes[0].action);
  REQUIRE(both.shares.size() == 2);
  CHECK(both.shares[0].upstream == "api");
  CHECK(both.shares[0].weight == 95);
  CHECK(both.shares[1].upstream == "canary");
  CHECK(both.shares[1].weight == 5);
  CHECK(both.cookie == "weir_share");
  const auto& one = std::get<routing::SplitOptions>(config.routes[1].action);
  CHECK(one.shares.at(0).weight == 1);
  CHECK(one.cookie == "other");
  const auto& loose = std::get<routing::SplitOptions>(config.routes[2].action);
  CHECK(loose.shares.at(1).weight == 0);
  CHECK(loose.cookie.empty());
}

TEST_CASE("every key arrives in its option: what errors look like") {
  Config config = good("errors.yaml");
  REQUIRE(config.error_pages.size() == 2);
  CHECK(config.error_pages[0] ==
        server::ErrorPage{{404, 404}, "text/html", "<h1>gone fishing</h1>\n"});
  CHECK(config.error_pages[1] ==
        server::ErrorPage{{500, 599}, "application/json", "{\"error\": \"later\"}\n"});
  CHECK(config.proxy_status == server::ProxyStatus::kTrusted);
  CHECK(config.routes[0].error_pages.at(0).statuses == server::StatusRange{503, 503});
  CHECK(config.routes[0].intercept == std::vector<server::StatusRange>{{404, 404}, {500, 599}});
  CHECK(config.routes[1].intercept == std::vector<server::StatusRange>{{400, 499}});
  CHECK(config.routes[2].intercept.empty());
}

TEST_CASE("routes without names get distinct ones, made from host and path") {
  Config config = good("full.yaml");
  CHECK(config.routes[1].match.name == "shop.example.com = /a");
  CHECK(config.routes[2].match.name == "~ ^/a/[0-9]+$");
  CHECK(config.routes[3].match.name == "~ ^/a/[0-9]+$#2");
  CHECK(config.routes[8].match.name == "default");
}

TEST_CASE("a made name gives way to a given one") {
  Config config = good_text(
      "listen: 80\nupstreams: {a: \"h:1\"}\nroutes:\n"
      "  - {path: /x, upstream: a}\n  - {path: /x, upstream: a}\n"
      "  - {name: /x, upstream: a}\n  - {name: \"/x#2\", upstream: a}\n");
  CHECK(config.routes[0].match.name == "/x#3");
  CHECK(config.routes[1].match.name == "/x#4");
}

TEST_CASE("the order of keys does not matter") {
  Config config = good("routes_first.yaml");
  CHECK(config.routes[0].match.when.listener == 1);
  CHECK(upstream_of(config.routes[0]) == "b");
  CHECK(config.admin->host == "localhost");
}

TEST_CASE("a file without upstreams may answer itself") {
  Config config = good("only_answers.yaml");
  CHECK(config.upstreams.empty());
  CHECK(config.routes.size() == 2);
}

TEST_CASE("null is the default of a key that is off until written") {
  CHECK(!good_text("listen: 80\nupstreams: {a: \"h:1\"}\nuser: null\n").user);
  CHECK(good_text("listen: 80\nupstreams: {a: \"h:1\"}\npid_file: null\n").pid_file.empty());
}

TEST_CASE("a byte order mark and CRLF lines do not matter") {
  Config config = good_text("\xef\xbb\xbflisten: 80\r\nupstreams: {a: \"h:1\"}\r\n");
  CHECK(config.listeners.size() == 1);
  Loaded wrong = load_text("a.yaml", "\xef\xbb\xbflisen: 80\r\nupstreams: {a: \"h:1\"}\r\n");
  CHECK(wrong.errors.starts_with("a.yaml:1:1: error: unknown key 'lisen'\n    1 | lisen: 80\n"));
}

TEST_CASE("relative paths are relative to the file, absolute ones and streams are not") {
  std::string text = "listen: 80\nupstreams: {a: \"h:1\"}\naccess_log: {path: ";
  auto path = [&](const std::string& name, const std::string& log) {
    Loaded loaded = load_text(name, text + log + "}\n");
    REQUIRE(loaded.config.has_value());
    return loaded.config->access_log.path;
  };
  CHECK(path("/etc/weir/weir.yaml", "a.log") == "/etc/weir/a.log");
  CHECK(path("conf/weir.yaml", "a.log") == "conf/a.log");
  CHECK(path("weir.yaml", "a.log") == "a.log");
  CHECK(path("conf/weir.yaml", "/var/log/a.log") == "/var/log/a.log");
  CHECK(path("conf/weir.yaml", "stderr") == "stderr");
}

TEST_CASE("values come from the environment") {
  REQUIRE(setenv("WEIR_TEST_BACKEND", "10.0.0.1:80", 1) == 0);
  Config config =
      good_text("listen: ${WEIR_TEST_UNSET:-8080}\nupstreams: {a: [\"${WEIR_TEST_BACKEND}\"]}\n");
  CHECK(net::to_text(config.upstreams[0].endpoints[0].address) == "10.0.0.1:80");
  CHECK(config.listeners[0].address.port == 8080);
  unsetenv("WEIR_TEST_BACKEND");
}

TEST_CASE("a file that cannot be read is one clear error") {
  Folder folder;
  std::string missing = (folder.path / "missing.yaml").string();
  CHECK(load_file(missing).errors ==
        missing + ": error: there is no such file; name the configuration with -c FILE\n1 error\n");
  CHECK(load_file(folder.path.string()).errors.find("this is a directory") != std::string::npos);
  CHECK(load_file("").errors.find("no such file") != std::string::npos);
  CHECK(load_file("/dev/zero").errors.find("not a regular file") != std::string::npos);
}

TEST_CASE("a pipe is refused without waiting for its writer") {
  Folder folder;
  std::string pipe = (folder.path / "pipe.yaml").string();
  REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
  CHECK(load_file(pipe).errors.find("not a regular file") != std::string::npos);
}

TEST_CASE("a file of more than 4 MiB is refused") {
  Folder folder;
  std::string large = (folder.path / "large.yaml").string();
  std::ofstream(large) << std::string(4 * 1024 * 1024 + 1, '#');
  CHECK(load_file(large).errors.find("larger than 4 MiB") != std::string::npos);
  CHECK(load_text("a", std::string(4 * 1024 * 1024 + 1, '#')).errors.find("larger than 4 MiB") !=
        std::string::npos);
}

TEST_CASE("a file without read permission is told so") {
  if (geteuid() == 0) return;  // root reads everything
  Folder folder;
  std::string secret = (folder.path / "secret.yaml").string();
  std::ofstream(secret) << "listen: 80\n";
  REQUIRE(chmod(secret.c_str(), 0) == 0);
  CHECK(load_file(secret).errors.find("permission denied") != std::string::npos);
}

}  // namespace weir::config
