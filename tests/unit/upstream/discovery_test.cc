#include "upstream/discovery.h"

#include <doctest/doctest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "net/mailbox.h"
#include "support/dns_server.h"

namespace weir::upstream {

namespace {

using support::DnsServer;
using support::SilentDns;
using Texts = std::vector<std::string>;

// Look-ups come again after 20 ms, whatever their TTL.
net::ResolverOptions ask_at(const std::string& server) {
  net::ResolverOptions options;
  options.servers = {net::literal(net::parse_address(server).value()).value()};
  options.ttl_min = options.ttl_max = base::Duration(20);
  return options;
}

PoolOptions pool_of(const std::vector<std::string>& endpoints) {
  PoolOptions pool;
  pool.name = "app";
  for (const auto& text : endpoints) pool.endpoints.push_back({net::parse_address(text).value()});
  return pool;
}

// A loop with a discovery on it, and what that said.
struct Names final : DiscoveryEvents {
  void on_name(const WatchedName& name, const NameChange& change) override {
    CHECK(loop.turns().inside());
    std::string said = name.name();
    if (change.addresses) said += " moved";
    if (change.failed) said += " failed";
    if (change.recovered) said += " recovered";
    heard.push_back(said);
    if (act) act();
  }
  // Runs the loop until holds(); false when that took too long.
  bool until(const std::function<bool()>& holds) {
    auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!holds()) {
      if (std::chrono::steady_clock::now() > give_up) return false;
      loop.run_once();
    }
    return true;
  }
  [[nodiscard]] Texts addresses(const PoolOptions& pool) const {
    Texts all;
    for (const auto& one : discovery->resolve(pool)) {
      for (const auto& at : one.addresses)
        all.push_back(net::to_text({net::ip_text(at), net::port_of(at), false}));
    }
    return all;
  }
  [[nodiscard]] std::uint64_t lookups() const {
    const LookupStats& stats = discovery->stats();
    return stats.ok.get() + stats.none.get() + stats.timeout.get() + stats.error.get();
  }

  net::Loop loop;
  net::Mailbox alive{loop};  // deadlines alone keep no loop running
  std::unique_ptr<Discovery> discovery = std::make_unique<Discovery>(loop, *this, 1);
  Texts heard;
  std::function<void()> act;
};

}  // namespace

TEST_CASE("endpoints are the addresses of their names, each with the endpoint's port") {
  DnsServer server("app.test 127.0.0.1 127.0.0.2 ::1, other.test 127.0.0.3");
  Names names;
  auto pool =
      pool_of({"app.test:80", "10.0.0.1:81", "unix:/run/app", "other.test:82", "app.test:83"});
  pool.endpoints[3].weight = 7;
  names.discovery->watch(ask_at(server.address()), {pool});
  CHECK_FALSE(names.discovery->settled());
  CHECK(names.heard.empty());
  auto before = names.discovery->resolve(pool);
  REQUIRE(before.size() == 5);
  CHECK(before[0].addresses.empty());
  CHECK(before[1].addresses.size() == 1);
  CHECK(before[2].addresses.size() == 1);
  CHECK(names.until([&] { return names.discovery->settled(); }));
  CHECK(names.addresses(pool) == Texts{"127.0.0.1:80", "127.0.0.2:80", "[::1]:80", "10.0.0.1:81",
                                       "[unix:]:0", "127.0.0.3:82", "127.0.0.1:83", "127.0.0.2:83",
                                       "[::1]:83"});
  CHECK(names.discovery->resolve(pool)[3].options.weight == 7);
  CHECK(Discovery::uses(pool, "app.test"));
  CHECK_FALSE(Discovery::uses(pool, "weir.test"));
}

TEST_CASE("a name of several pools is one look-up at a time, and again when its TTL is over") {
  DnsServer server("app.test 127.0.0.1");
  Names names;
  std::vector<PoolOptions> pools = {pool_of({"app.test:80", "app.test:81"}),
                                    pool_of({"app.test:82"})};
  names.discovery->watch(ask_at(server.address()), pools);
  CHECK(names.until([&] { return names.discovery->settled(); }));
  CHECK(names.lookups() == 1);
  CHECK(names.until([&] { return names.lookups() >= 5; }));
  CHECK(names.discovery->stats().ok.get() == names.lookups());
  CHECK(names.heard == Texts{"app.test moved"});
}

TEST_CASE("other addresses are told, and what is known then are those") {
  DnsServer server("app.test 127.0.0.1, still.test 127.0.0.9");
  Names names;
  auto pool = pool_of({"app.test:80"});
  names.discovery->watch(ask_at(server.address()), {pool, pool_of({"still.test:80"})});
  CHECK(names.until([&] { return names.discovery->settled(); }));
  names.heard.clear();
  server.set("app.test 127.0.0.2 127.0.0.3, still.test 127.0.0.9");
  CHECK(names.until([&] { return !names.heard.empty(); }));
  CHECK(names.heard == Texts{"app.test moved"});
  CHECK(names.addresses(pool) == Texts{"127.0.0.2:80", "127.0.0.3:80"});
}

TEST_CASE("the last good addresses outlive a server that is gone and a name that is no more") {
  DnsServer server("app.test 127.0.0.1");
  Names names;
  auto pool = pool_of({"app.test:80"});
  auto options = ask_at(server.address());
  options.timeout = base::Duration(400);
  names.discovery->watch(options, {pool});
  CHECK(names.until([&] { return names.discovery->settled(); }));
  server.stop();
  CHECK(names.until([&] { return names.heard.size() == 2; }));
  CHECK(names.heard.back() == "app.test failed");
  CHECK(names.addresses(pool) == Texts{"127.0.0.1:80"});
  server.set("other.test 127.0.0.1");
  server.start();
  CHECK(names.until([&] { return names.discovery->stats().none.get() >= 2; }));
  CHECK(names.heard.back() == "app.test failed");
  CHECK(names.addresses(pool) == Texts{"127.0.0.1:80"});
  server.set("app.test 127.0.0.2");
  CHECK(names.until([&] { return names.heard.back() == "app.test moved recovered"; }));
  CHECK(names.addresses(pool) == Texts{"127.0.0.2:80"});
}

TEST_CASE("how look-ups end is counted") {
  SilentDns silent;
  DnsServer server("app.test 127.0.0.1");
  Names names;
  names.discovery->watch(ask_at(server.address()),
                         {pool_of({"app.test:1", "absent.test:1", "weir.example:1"})});
  CHECK(names.until([&] { return names.discovery->settled(); }));
  const LookupStats& stats = names.discovery->stats();
  CHECK(stats.ok.get() >= 1);
  CHECK(stats.none.get() >= 1);
  CHECK(stats.error.get() >= 1);
  CHECK(stats.timeout.get() == 0);
  auto options = ask_at(silent.address());
  options.timeout = base::Duration(50);
  names.discovery->watch(options, {pool_of({"app.test:1"})});
  CHECK(names.until([&] { return stats.timeout.get() >= 2; }));
}

TEST_CASE(
    "other pools: names that stay keep what is known, new ones are looked up, the rest is "
    "forgotten") {
  DnsServer server("app.test 127.0.0.1, new.test 127.0.0.2, old.test 127.0.0.3");
  Names names;
  auto options = ask_at(server.address());
  options.ttl_min = options.ttl_max = base::Duration(3'600'000);
  names.discovery->watch(options, {pool_of({"app.test:80", "old.test:80"})});
  CHECK(names.until([&] { return names.discovery->settled(); }));
  CHECK(names.lookups() == 2);
  auto pool = pool_of({"app.test:81", "new.test:81", "old.test:80"});
  names.discovery->watch(options, {pool_of({"app.test:81", "new.test:81"})});
  CHECK(names.addresses(pool) == Texts{"127.0.0.1:81"});
  CHECK(names.until([&] { return names.discovery->settled(); }));
  CHECK(names.addresses(pool) == Texts{"127.0.0.1:81", "127.0.0.2:81"});
  CHECK(names.lookups() == 3);
}

TEST_CASE("another resolver is asked at once, and the last good addresses stay until it answers") {
  SilentDns silent;
  DnsServer server("app.test 127.0.0.1");
  DnsServer other("app.test 127.0.0.2");
  Names names;
  auto pool = pool_of({"app.test:80"});
  auto options = ask_at(server.address());
  options.ttl_min = options.ttl_max = base::Duration(3'600'000);
  names.discovery->watch(options, {pool});
  CHECK(names.until([&] { return names.discovery->settled(); }));
  options.servers = ask_at(silent.address()).servers;
  names.discovery->watch(options, {pool});
  CHECK(names.until([&] { return silent.questions() > 0; }));
  CHECK(names.addresses(pool) == Texts{"127.0.0.1:80"});
  options.servers = ask_at(other.address()).servers;
  names.discovery->watch(options, {pool});
  CHECK(names.until([&] { return names.heard.size() == 2; }));
  CHECK(names.addresses(pool) == Texts{"127.0.0.2:80"});
}

TEST_CASE("it may be changed and destroyed inside what it says, and with look-ups under way") {
  DnsServer server("app.test 127.0.0.1, other.test 127.0.0.2");
  SilentDns silent;
  Names names;
  auto pool = pool_of({"app.test:80"});
  names.act = [&] {
    names.act = nullptr;
    names.discovery->watch(ask_at(server.address()), {pool_of({"other.test:80"})});
  };
  names.discovery->watch(ask_at(server.address()), {pool});
  CHECK(names.until([&] { return names.heard.size() == 2; }));
  CHECK(names.heard == Texts{"app.test moved", "other.test moved"});
  names.act = [&] { names.discovery.reset(); };
  names.discovery->watch(ask_at(server.address()), {pool});
  CHECK(names.until([&] { return names.discovery == nullptr; }));
  names.discovery = std::make_unique<Discovery>(names.loop, names, 2);
  names.discovery->watch(ask_at(silent.address()), {pool});
  CHECK(names.until([&] { return silent.questions() > 0; }));
}

}  // namespace weir::upstream
