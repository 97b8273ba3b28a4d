#include "upstream/watched_name.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace weir::upstream {

namespace {

constexpr base::Stamp kSecond = 1'000'000'000;

net::LookupAnswer good(const std::vector<std::string>& ips, int ttl_s = 10) {
  net::LookupAnswer answer{net::LookupResult::kOk, {}, std::chrono::seconds(ttl_s), {}};
  for (const auto& ip : ips)
    answer.addresses.push_back(net::literal(net::Address{ip, 0, false}).value());
  return answer;
}

net::LookupAnswer bad(const std::string& why) { return {net::LookupResult::kError, {}, {}, why}; }

std::vector<std::string> texts(const std::vector<net::SocketAddress>& addresses) {
  std::vector<std::string> all;
  for (const auto& address : addresses) all.push_back(net::ip_text(address));
  return all;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("a change of addresses is told with those before; the same again is none") {
  WatchedName name("app.test");
  CHECK(name.name() == "app.test");
  CHECK_FALSE(name.answered());
  CHECK(name.good_at() == base::kNever);
  auto first = name.take(good({"10.0.0.1"}), kSecond);
  CHECK(first.addresses);
  CHECK(first.before.empty());
  CHECK_FALSE(first.recovered);
  CHECK_FALSE(first.failed);
  CHECK(name.answered());
  CHECK(name.good_at() == kSecond);
  auto same = name.take(good({"10.0.0.1"}), 2 * kSecond);
  CHECK_FALSE(same.addresses);
  CHECK(name.good_at() == 2 * kSecond);
  auto other = name.take(good({"10.0.0.1", "::1"}), 3 * kSecond);
  CHECK(other.addresses);
  CHECK(texts(other.before) == Texts{"10.0.0.1"});
  CHECK(texts(name.addresses()) == Texts{"10.0.0.1", "::1"});
}

TEST_CASE("the last good addresses outlive failures, which are told once for each reason") {
  WatchedName name("app.test");
  name.take(good({"10.0.0.1"}), kSecond);
  CHECK(name.take(bad("no answer"), 2 * kSecond).failed);
  CHECK(name.error() == "no answer");
  CHECK_FALSE(name.take(bad("no answer"), 3 * kSecond).failed);
  CHECK(name.take(bad("SERVFAIL"), 4 * kSecond).failed);
  CHECK_FALSE(name.take(bad("SERVFAIL"), 5 * kSecond).failed);
  CHECK(texts(name.addresses()) == Texts{"10.0.0.1"});
  CHECK(name.good_at() == kSecond);
  auto again = name.take(good({"10.0.0.1"}), 6 * kSecond);
  CHECK(again.recovered);
  CHECK(again.failing_since == 2 * kSecond);
  CHECK_FALSE(again.addresses);
  CHECK(name.error().empty());
  auto moved = name.take(good({"10.0.0.2"}), 7 * kSecond);
  CHECK_FALSE(moved.recovered);
  CHECK(moved.addresses);
  CHECK(name.take(bad("SERVFAIL"), 8 * kSecond).failed);
}

TEST_CASE("a name that never resolved is answered, and has no addresses until it is") {
  WatchedName name("app.test");
  CHECK(name.take(bad("no such name (NXDOMAIN)"), kSecond).failed);
  CHECK(name.answered());
  CHECK(name.addresses().empty());
  CHECK(name.good_at() == base::kNever);
  auto there = name.take(good({"10.0.0.1"}), 31 * kSecond);
  CHECK(there.addresses);
  CHECK(there.recovered);
  CHECK(there.failing_since == kSecond);
}

TEST_CASE("it is asked for again within its TTL, at 80 to 100 % of it") {
  WatchedName name("app.test");
  name.take(good({"10.0.0.1"}, 100), kSecond);
  CHECK(name.pause(base::Duration(1'000), 0) == base::Duration(80'000));
  CHECK(name.pause(base::Duration(1'000), 0.5) == base::Duration(90'000));
  CHECK(name.pause(base::Duration(1'000), 1) == base::Duration(100'000));
}

TEST_CASE("behind failures it is asked for again at twice the pause each time, up to 30 s") {
  WatchedName name("app.test");
  name.take(good({"10.0.0.1"}, 100), kSecond);
  for (int expected : {1, 2, 4, 8, 16, 30, 30, 30}) {
    name.take(bad("no answer"), 2 * kSecond);
    CHECK(name.pause(base::Duration(1'000), 1) == std::chrono::seconds(expected));
    CHECK(name.pause(base::Duration(1'000), 0) == std::chrono::milliseconds(expected * 800));
  }
  name.take(good({"10.0.0.1"}, 100), 3 * kSecond);
  name.take(bad("no answer"), 4 * kSecond);
  CHECK(name.pause(base::Duration(1'000), 1) == std::chrono::seconds(1));
  CHECK(name.pause(base::Duration(60'000), 1) == WatchedName::kRetryMax);
}

TEST_CASE("a pause is never none") {
  WatchedName name("app.test");
  name.take(good({"10.0.0.1"}, 0), kSecond);
  CHECK(name.pause(base::Duration(0), 0) == base::Duration(1));
  name.take(bad("no answer"), kSecond);
  CHECK(name.pause(base::Duration(0), 0) == base::Duration(1));
}

}  // namespace weir::upstream
