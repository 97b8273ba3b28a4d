#include "observe/name_line.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace weir::observe {

namespace {

constexpr base::Stamp kSecond = 1'000'000'000;

net::LookupAnswer good(const std::vector<std::string>& ips) {
  net::LookupAnswer answer{net::LookupResult::kOk, {}, std::chrono::seconds(10), {}};
  for (const auto& ip : ips)
    answer.addresses.push_back(net::literal(net::Address{ip, 0, false}).value());
  return answer;
}

net::LookupAnswer bad(const std::string& why) { return {net::LookupResult::kNone, {}, {}, why}; }

// The line for this answer, `at_s` seconds after the start.
NameLine line(upstream::WatchedName& name, net::LookupAnswer answer, int at_s) {
  auto change = name.take(std::move(answer), at_s * kSecond);
  return name_line(name, change, at_s * kSecond);
}

}  // namespace

TEST_CASE("a name that never resolved is a warning that says why, and that its endpoints wait") {
  upstream::WatchedName name("app.test");
  auto failed = line(name, bad("no such name (NXDOMAIN)"), 1);
  CHECK(failed.level == Level::kWarn);
  CHECK(failed.text ==
        "cannot resolve 'app.test': no such name (NXDOMAIN); it has no endpoints until it does");
  auto there = line(name, good({"10.0.0.1", "::1"}), 40);
  CHECK(there.level == Level::kInfo);
  CHECK(there.text == "'app.test' resolves: 10.0.0.1, ::1");
}

TEST_CASE("a failure tells what stays in use and how old it is; then that it is over") {
  upstream::WatchedName name("app.test");
  CHECK(line(name, good({"10.0.0.1"}), 1).text == "'app.test' resolves: 10.0.0.1");
  auto failed = line(name, bad("no answer in 5 s from 10.0.0.2:53"), 31);
  CHECK(failed.level == Level::kWarn);
  CHECK(failed.text ==
        "cannot resolve 'app.test': no answer in 5 s from 10.0.0.2:53; what was said 30 s ago "
        "stays in use: 10.0.0.1");
  auto same = line(name, good({"10.0.0.1"}), 131);
  CHECK(same.level == Level::kInfo);
  CHECK(same.text == "'app.test' resolves again, after 100 s: 10.0.0.1");
}

TEST_CASE("a change tells what it is now and what it was") {
  upstream::WatchedName name("app.test");
  line(name, good({"10.0.0.1"}), 1);
  CHECK(line(name, good({"10.0.0.2"}), 2).text == "'app.test' is now 10.0.0.2, no longer 10.0.0.1");
  line(name, bad("SERVFAIL"), 3);
  CHECK(line(name, good({"10.0.0.3"}), 9).text ==
        "'app.test' resolves again, after 6 s, and is now 10.0.0.3, no longer 10.0.0.2");
}

TEST_CASE("of many addresses the first are named and the others counted") {
  std::vector<std::string> ips;
  for (int i = 1; i <= 20; ++i) ips.push_back("10.0.0." + std::to_string(i));
  upstream::WatchedName name("app.test");
  CHECK(line(name, good(ips), 1).text.ends_with("10.0.0.7, 10.0.0.8 and 12 more"));
}

}  // namespace weir::observe
