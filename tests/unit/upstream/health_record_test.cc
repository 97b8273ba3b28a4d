#include "upstream/health_record.h"

#include <doctest/doctest.h>

#include <string_view>

namespace weir::upstream {

namespace {

using Kind = ProbeResult::Kind;

// A record with rise 2 and fall 3. Probes end a second apart.
struct Recorded {
  Recorded(Health health, bool decided) : record(health, decided, 0, {}) {}

  // '+': a good probe, '-': a failed one, '?': one that says nothing. Returns the health after each
  // ('u' up, 'd' down, 'n' unchecked), in capitals where it changed.
  std::string count(std::string_view probes) {
    std::string text;
    for (char c : probes) {
      Kind kind = c == '+' ? Kind::kWell : c == '-' ? Kind::kFailed : Kind::kUnknown;
      now += 1'000'000'000;
      bool changed = record.count({kind, c == '+' ? "" : "refused"}, 2, 3, now,
                                  HealthRecord::WallTime(std::chrono::nanoseconds(now)));
      constexpr std::string_view kLetters = "undUND";
      text += kLetters[static_cast<std::size_t>(record.health()) + (changed ? 3 : 0)];
    }
    return text;
  }

  HealthRecord record;
  base::Stamp now = 0;
};

}  // namespace

TEST_CASE("the first probe decides: a good one is up, a failed one down") {
  CHECK(Recorded(Health::kUnchecked, false).count("+") == "U");
  CHECK(Recorded(Health::kUnchecked, false).count("-") == "D");
}

TEST_CASE("fall failed probes in a row take an endpoint down, and fewer do not") {
  Recorded one(Health::kUnchecked, false);
  CHECK(one.count("+--+--+---") == "UuuuuuuuuD");
}

TEST_CASE("rise good probes in a row bring it up again, and fewer do not") {
  Recorded one(Health::kUnchecked, false);
  CHECK(one.count("-+-+-++") == "DdddddU");
}

TEST_CASE("an endpoint that begins up needs fall failed probes from the beginning") {
  CHECK(Recorded(Health::kUp, true).count("---") == "uuD");
}

TEST_CASE("one that served unchecked stays up until its first verdict, which needs one probe") {
  CHECK(Recorded(Health::kUp, false).count("-") == "D");
  CHECK(Recorded(Health::kUp, false).count("+---") == "uuuD");
}

TEST_CASE("a probe that could not be made says nothing, in either direction") {
  CHECK(Recorded(Health::kUnchecked, false).count("???+") == "nnnU");
  CHECK(Recorded(Health::kUp, true).count("--?-") == "uuuD");
  CHECK(Recorded(Health::kUp, true).count("??????") == "uuuuuu");
}

TEST_CASE("the record knows why, how often and since when") {
  Recorded one(Health::kUnchecked, false);
  one.count("+++");
  CHECK(one.record.reason() == "");
  CHECK(one.record.row() == 3);
  CHECK(one.record.since() == 1'000'000'000);
  one.count("---");
  CHECK(one.record.reason() == "refused");
  CHECK(one.record.row() == 3);
  CHECK(one.record.since() == 6'000'000'000);
  CHECK(one.record.since_wall().time_since_epoch() == std::chrono::seconds(6));
  CHECK(one.record.well() == 3);
  CHECK(one.record.failed() == 3);
  one.count("+");
  CHECK(one.record.reason() == "");
  CHECK(one.record.health() == Health::kDown);
  CHECK(one.record.since() == 6'000'000'000);
}

}  // namespace weir::upstream
