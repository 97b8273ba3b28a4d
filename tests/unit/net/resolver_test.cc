#include "net/resolver.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <deque>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <set>
#include <sstream>

#include "support/dead_port.h"
#include "support/dns_server.h"
#include "unit/net/asked.h"
#include "unit/net/live.h"

namespace weir::net {

namespace {

using support::DnsServer;
using support::SilentDns;

// A silent server must not let a test wait for the usual 5 s.
constexpr base::Duration kSoon{300};
// One that is not there, or refuses, is asked again after an eighth of it.
constexpr base::Duration kFailing{4'000};

std::ptrdiff_t open_descriptors() {
  std::filesystem::directory_iterator all("/proc/self/fd");
  return std::distance(begin(all), end(all));
}

// What /etc/hosts says, by name.
std::map<std::string, std::set<std::string>> hosts() {
  std::map<std::string, std::set<std::string>> all;
  std::ifstream in("/etc/hosts");
  for (std::string line; std::getline(in, line);) {
    std::istringstream words(line.substr(0, line.find('#')));
    std::string address;
    words >> address;
    for (std::string name; words >> name;) all[name].insert(address);
  }
  return all;
}

}  // namespace

TEST_CASE(
    "a name is all its addresses, of both kinds, sorted, none twice, for as long as they say") {
  DnsServer server("app.test ::2 127.0.0.10 127.0.0.9 ::1 127.0.0.10, other.test 127.0.0.3", 7);
  Live live;
  Resolver resolver(live.loop, ask_at({server.address()}));
  Asked asked(live, resolver, "app.test");
  auto answer = asked.wait();
  CHECK(answer.result == LookupResult::kOk);
  CHECK(answer.error.empty());
  CHECK(texts(answer) == std::vector<std::string>{"127.0.0.9", "127.0.0.10", "::1", "::2"});
  for (const auto& address : answer.addresses) CHECK(port_of(address) == 0);
  CHECK(answer.ttl == std::chrono::seconds(7));
}

TEST_CASE("a name in one kind of address alone is answered") {
  DnsServer server("v4.test 127.0.0.1, v6.test ::1, with_underscore.test 127.0.0.1");
  Live live;
  Resolver resolver(live.loop, ask_at({server.address()}));
  CHECK(texts(Asked(live, resolver, "v4.test").wait()) == std::vector<std::string>{"127.0.0.1"});
  CHECK(texts(Asked(live, resolver, "v6.test").wait()) == std::vector<std::string>{"::1"});
  CHECK(texts(Asked(live, resolver, "with_underscore.test").wait()).size() == 1);
  CHECK(texts(Asked(live, resolver, "V4.Test.").wait()).size() == 1);
}

TEST_CASE("the time that an answer may be used for is kept between ttl_min and ttl_max") {
  DnsServer never("app.test 127.0.0.1", 0);
  DnsServer ever("app.test 127.0.0.1", 1'000'000);
  Live live;
  auto options = ask_at({never.address()});
  options.ttl_min = base::Duration(1'500);
  options.ttl_max = base::Duration(2'500);
  Resolver low(live.loop, options);
  CHECK(Asked(live, low, "app.test").wait().ttl == base::Duration(1'500));
  options.servers = ask_at({ever.address()}).servers;
  Resolver high(live.loop, options);
  CHECK(Asked(live, high, "app.test").wait().ttl == base::Duration(2'500));
}

TEST_CASE("an alias counts for as long as it and what it stands for") {
  DnsServer server("app.test 127.0.0.1", 50, {"--cname=alias.test,app.test,20"});
  Live live;
  Resolver resolver(live.loop, ask_at({server.address()}));
  auto answer = Asked(live, resolver, "alias.test").wait();
  CHECK(texts(answer) == std::vector<std::string>{"127.0.0.1"});
  CHECK(answer.ttl == std::chrono::seconds(20));
}

TEST_CASE("an answer too large for a datagram is fetched by TCP, and used up to a bound") {
  std::string records = "app.test";
  std::vector<std::string> expected;
  for (std::size_t i = 0; i < Resolver::kAddressesMax + 50; ++i) {
    expected.push_back("127.1." + std::to_string(i / 250) + "." + std::to_string(i % 250));
    records += " " + expected.back();
  }
  DnsServer server(records);
  Live live;
  Resolver resolver(live.loop, ask_at({server.address()}));
  expected.resize(Resolver::kAddressesMax);
  CHECK(texts(Asked(live, resolver, "app.test").wait()) == expected);
}

TEST_CASE("each look-up asks anew") {
  DnsServer server("app.test 127.0.0.1", 1000);
  Live live;
  Resolver resolver(live.loop, ask_at({server.address()}, kFailing));
  CHECK(texts(Asked(live, resolver, "app.test").wait()) == std::vector<std::string>{"127.0.0.1"});
  server.set("app.test 127.0.0.2");
  CHECK(texts(Asked(live, resolver, "app.test").wait()) == std::vector<std::string>{"127.0.0.2"});
  server.stop();
  CHECK(Asked(live, resolver, "app.test").wait().result == LookupResult::kError);
  server.start();
  CHECK(texts(Asked(live, resolver, "app.test").wait()) == std::vector<std::string>{"127.0.0.2"});
}

TEST_CASE("why there are no addresses is said") {
  DnsServer server("app.test 127.0.0.1", 1, {"--txt-record=text.test,hello"});
  support::RefusingPort nobody;
  Live live;
  Resolver resolver(live.loop, ask_at({server.address()}));
  auto missing = Asked(live, resolver, "absent.test").wait();
  CHECK(missing.result == LookupResult::kNone);
  CHECK(missing.error == "no such name (NXDOMAIN)");
  CHECK(missing.addresses.empty());
  auto bare = Asked(live, resolver, "text.test").wait();
  CHECK(bare.result == LookupResult::kNone);
  CHECK(bare.error == "the name has no address (NODATA)");
  auto refused = Asked(live, resolver, "weir.example").wait();
  CHECK(refused.result == LookupResult::kError);
  CHECK(refused.error == server.address() + " refuses to answer (REFUSED)");
  Resolver deaf(live.loop, ask_at({nobody.address()}, kFailing));
  auto gone = Asked(live, deaf, "app.test").wait();
  CHECK(gone.result == LookupResult::kError);
  CHECK(gone.error == "no server listens at " + nobody.address());
}

TEST_CASE("a server that does not answer is asked again, and given up when time is up") {
  SilentDns silent;
  Live live;
  auto options = ask_at({silent.address()}, kSoon);
  Resolver resolver(live.loop, options);
  auto began = live.loop.now();
  auto answer = Asked(live, resolver, "app.test").wait();
  CHECK(live.loop.now() - began >= kSoon.count() * 1'000'000);
  CHECK(answer.result == LookupResult::kTimeout);
  CHECK(answer.error == "no answer in 300 ms from " + silent.address());
  // For A and AAAA each: at once, and after an eighth of the time at least once more.
  CHECK(silent.questions() >= 4);
}

TEST_CASE("the next server is asked where one refuses, is not there, or does not answer") {
  SilentDns silent;
  support::RefusingPort nobody;
  DnsServer other("other.test 127.0.0.9");
  DnsServer server("app.test 127.0.0.1", 1,
                   {"--local=/example/", "--host-record=app.example,127.0.0.1"});
  Live live;
  for (const std::string& first : {silent.address(), nobody.address(), other.address()}) {
    Resolver resolver(live.loop, ask_at({first, server.address()}, kFailing));
    auto answer = Asked(live, resolver, "app.example").wait();
    CHECK(texts(answer) == std::vector<std::string>{"127.0.0.1"});
  }
  Resolver none(live.loop, ask_at({nobody.address(), other.address()}, kFailing));
  auto answer = Asked(live, none, "app.example").wait();
  CHECK(answer.result != LookupResult::kOk);
  CHECK(answer.error.find(nobody.address() + ", " + other.address()) != std::string::npos);
}

TEST_CASE("names of /etc/hosts, localhost and literals need no server") {
  SilentDns silent;
  Live live;
  Resolver resolver(live.loop, ask_at({silent.address()}));
  auto named = hosts();
  for (const auto& entry : named) {
    const std::string& name = entry.first;
    CAPTURE(name);
    Asked asked(live, resolver, name);
    CHECK_FALSE(asked.ended());  // never inside the call
    auto answer = asked.wait();
    REQUIRE(answer.result == LookupResult::kOk);
    auto found = texts(answer);
    CHECK(std::set<std::string>(found.begin(), found.end()) == entry.second);
    CHECK(answer.ttl == std::chrono::seconds(10));
  }
  auto loopback = texts(Asked(live, resolver, "localhost").wait());
  CHECK(std::find(loopback.begin(), loopback.end(), "127.0.0.1") != loopback.end());
  CHECK(texts(Asked(live, resolver, "127.0.0.7").wait()) == std::vector<std::string>{"127.0.0.7"});
  CHECK(texts(Asked(live, resolver, "::7").wait()) == std::vector<std::string>{"::7"});
  CHECK(silent.questions() == 0);
}

TEST_CASE("without servers named it is as the system is set up") {
  Live live;
  Resolver resolver(live.loop, ResolverOptions{});
  CHECK(Asked(live, resolver, "localhost").wait().result == LookupResult::kOk);
}

TEST_CASE("what is no name is an error, and nothing is sent") {
  SilentDns silent;
  Live live;
  Resolver resolver(live.loop, ask_at({silent.address()}));
  for (const std::string& name :
       {std::string("a..b"), std::string(300, 'a'), std::string(64, 'a') + ".test"}) {
    CAPTURE(name);
    Asked asked(live, resolver, name);
    CHECK_FALSE(asked.ended());
    auto answer = asked.wait();
    CHECK(answer.result == LookupResult::kError);
    CHECK_FALSE(answer.error.empty());
  }
  CHECK(silent.questions() == 0);
}

TEST_CASE("destroyed, a look-up is not heard of any more") {
  SilentDns silent;
  DnsServer server("app.test 127.0.0.1");
  Live live;
  Resolver deaf(live.loop, ask_at({silent.address()}));
  Resolver resolver(live.loop, ask_at({server.address()}));
  auto before = open_descriptors();
  {
    Asked under_way(live, deaf, "app.test");
    Asked known(live, resolver, "localhost");
    Asked sent(live, resolver, "app.test");
    live.settle();
  }
  CHECK(open_descriptors() == before);
  Asked in_event(live, resolver, "app.test");
  in_event.destroy_in_event = true;
  CHECK(in_event.wait().result == LookupResult::kOk);
  Asked late(live, resolver, "localhost");
  late.lookup.reset();
  live.settle();
  CHECK_FALSE(late.ended());
  CHECK(open_descriptors() == before);
}

TEST_CASE("a loop ends cleanly with look-ups cancelled at its end") {
  SilentDns silent;
  Live live;
  Resolver resolver(live.loop, ask_at({silent.address()}));
  Asked asked(live, resolver, "app.test");
  Asked told(live, resolver, "localhost");
}

TEST_CASE("of many look-ups so many are under way at once, and each has its turn") {
  constexpr std::size_t kMany = Resolver::kRunningMax * 3 + 1;
  SilentDns silent;
  DnsServer server("app.test 127.0.0.1");
  Live live;
  auto options = ask_at({silent.address()}, kSoon);
  Resolver deaf(live.loop, options);
  auto before = open_descriptors();
  std::deque<Asked> asked;
  for (std::size_t i = 0; i < kMany; ++i) asked.emplace_back(live, deaf, "app.test");
  // One socket to the one server for each, and c-ares's file of random numbers or none.
  CHECK(open_descriptors() - before <= static_cast<std::ptrdiff_t>(2 * Resolver::kRunningMax));
  // Those that leave make room, in whatever order: under way, waiting, or both.
  for (std::size_t i = 0; i < kMany; i += 3) asked[i].lookup.reset();
  for (std::size_t i = 0; i < kMany; ++i) {
    if (i % 3 != 0) CHECK(asked[i].wait().result == LookupResult::kTimeout);
  }
  for (std::size_t i = 0; i < kMany; i += 3) CHECK_FALSE(asked[i].ended());
  asked.clear();
  Resolver resolver(live.loop, ask_at({server.address()}));
  for (std::size_t i = 0; i < kMany; ++i) asked.emplace_back(live, resolver, "app.test");
  for (auto& one : asked) CHECK(one.wait().result == LookupResult::kOk);
  asked.clear();
  CHECK(open_descriptors() == before);
}

}  // namespace weir::net
