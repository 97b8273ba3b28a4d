#include "observe/health_line.h"

#include <doctest/doctest.h>

namespace weir::observe {

namespace {

using upstream::Health;
using upstream::HealthRecord;
using upstream::ProbeResult;

const upstream::Endpoint& endpoint() {
  static const auto kEndpoint = base::make_shared_ref<upstream::Endpoint>(
      base::make_shared_ref<upstream::ObservedPool>("api", 1U), net::SocketAddress{},
      "127.0.0.1:9001");
  return *kEndpoint;
}

// The line of one that becomes up having been `before` for so long.
std::string up_after(Health before, base::Stamp lasted) {
  HealthRecord record(before, false, 0, {});
  record.count({}, 2, 3, 0, {});
  return health_line({endpoint(), record, before, lasted});
}

constexpr base::Stamp kSecond = 1'000'000'000;

}  // namespace

TEST_CASE("a line names upstream, endpoint, reason and how often") {
  HealthRecord record(Health::kUp, true, 0, {});
  ProbeResult refused{ProbeResult::Kind::kFailed, "refused"};
  for (int i = 0; i < 3; ++i) record.count(refused, 2, 3, 0, {});
  CHECK(health_line({endpoint(), record, Health::kUp, 0}) ==
        "upstream 'api': 127.0.0.1:9001 is down: refused (3 probes failed in a row)");
  HealthRecord first(Health::kUnchecked, false, 0, {});
  first.count({ProbeResult::Kind::kFailed, "status 500"}, 2, 3, 0, {});
  CHECK(health_line({endpoint(), first, Health::kUnchecked, 0}) ==
        "upstream 'api': 127.0.0.1:9001 is down: status 500 (1 probe failed)");
}

TEST_CASE("one that comes back says after how long, one that is new only that it is up") {
  CHECK(up_after(Health::kUnchecked, kSecond) == "upstream 'api': 127.0.0.1:9001 is up");
  CHECK(up_after(Health::kDown, 12 * kSecond + kSecond / 2) ==
        "upstream 'api': 127.0.0.1:9001 is up again after 12s");
  auto behind = [](base::Stamp lasted) {
    std::string line = up_after(Health::kDown, lasted);
    return line.substr(line.find("after ") + 6);
  };
  CHECK(behind(0) == "0ms");
  CHECK(behind(450'999'999) == "450ms");
  CHECK(behind(59 * kSecond) == "59s");
  CHECK(behind(60 * kSecond) == "1m");
  CHECK(behind(185 * kSecond) == "3m 5s");
  CHECK(behind(3'600 * kSecond + 59 * kSecond) == "1h");
  CHECK(behind(7'260 * kSecond) == "2h 1m");
  CHECK(behind((2 * 86'400 + 3'600 + 1) * kSecond) == "2d 1h");
}

}  // namespace weir::observe
