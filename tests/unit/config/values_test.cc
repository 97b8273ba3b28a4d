#include "config/values.h"

#include <doctest/doctest.h>

#include <initializer_list>

namespace weir::config {

namespace {

std::int64_t ms(std::string_view text) {
  auto parsed = parse_duration(text);
  return parsed ? parsed.value().count() : -1;
}

std::int64_t bytes(std::string_view text) {
  auto parsed = parse_size(text);
  return parsed ? static_cast<std::int64_t>(parsed.value()) : -1;
}

std::string duration_error(std::string_view text) {
  auto parsed = parse_duration(text);
  return parsed ? "" : parsed.error().text;
}

std::string size_error(std::string_view text) {
  auto parsed = parse_size(text);
  return parsed ? "" : parsed.error().text;
}

std::string switch_error(std::string_view text) {
  auto parsed = parse_switch(text);
  return parsed ? "" : parsed.error().text;
}

}  // namespace

TEST_CASE("durations have one number and one unit; 0 needs none") {
  CHECK(ms("250ms") == 250);
  CHECK(ms("10s") == 10'000);
  CHECK(ms("5m") == 300'000);
  CHECK(ms("2h") == 7'200'000);
  CHECK(ms("1d") == 86'400'000);
  CHECK(ms("0") == 0);
  CHECK(ms("0s") == 0);
}

TEST_CASE("what is wrong with a duration is said") {
  CHECK(duration_error("10") == "'10' has no unit");
  CHECK(duration_error("") == "it is empty");
  CHECK(duration_error("s") == "'s' is no number");
  CHECK(duration_error("1.5s") == "'1.5s' has a fraction; take the next smaller unit");
  CHECK(duration_error("-1s") == "'-1s' has a sign");
  CHECK(duration_error("01s") == "'01s' has a leading zero");
  CHECK(duration_error("00") == "'00' has a leading zero");
  CHECK(duration_error("1m30s") == "'1m30s' is more than one number and one unit");
  CHECK(duration_error("5min") == "'5min' is written 5m");
  CHECK(duration_error("5S") == "'5S' is written 5s");
  CHECK(duration_error("5w") == "'5w' has an unknown unit; the units are ms, s, m, h and d");
  CHECK(duration_error("5 s") == "'5 s' is written 5s");
  CHECK(duration_error("5s;") == "'5s;' is written 5s");
  CHECK(duration_error("1:30") ==
        "'1:30' is a time of day; write a number and a unit, as 90s or 5m");
  CHECK(duration_error("106751991168d") == "'106751991168d' is too large");
  CHECK(duration_error("99999999999999999999s") == "'99999999999999999999s' is too large");
}

TEST_CASE("sizes are powers of 1024") {
  CHECK(bytes("0") == 0);
  CHECK(bytes("512") == 512);
  CHECK(bytes("64k") == 65'536);
  CHECK(bytes("8m") == 8'388'608);
  CHECK(bytes("1g") == 1'073'741'824);
}

TEST_CASE("what is wrong with a size is said") {
  CHECK(size_error("1.5g") == "'1.5g' has a fraction; take the next smaller unit");
  CHECK(size_error("8M") == "'8M' is written 8m");
  CHECK(size_error("8MiB") == "'8MiB' is written 8m");
  CHECK(size_error("8 m") == "'8 m' is written 8m");
  CHECK(size_error("big") == "'big' is no number");
  CHECK(size_error("9999999999g") == "'9999999999g' is too large");
}

TEST_CASE("ratios go from 0% to 100%") {
  CHECK(parse_percent("0%").value() == 0);
  CHECK(parse_percent("20%").value() == 20);
  CHECK(parse_percent("100%").value() == 100);
  for (const char* bad : {"20", "101%", "-1%", "2.5%", "%", "20%%", ""})
    CHECK_MESSAGE(!parse_percent(bad), bad);
  CHECK(parse_percent("0.2").error().text == "'0.2' is written 20%");
  CHECK(parse_percent("0.05").error().text == "'0.05' is written 5%");
  CHECK(parse_percent("1.5").error().text == "'1.5' has a fraction");
}

TEST_CASE("integers are decimal digits") {
  CHECK(parse_integer("0").value() == 0);
  CHECK(parse_integer("65535").value() == 65'535);
  for (const char* bad :
       {"", "-1", "+1", "0x10", "1e3", "1.0", "007", "1_000", " 1", "99999999999999999999"})
    CHECK_MESSAGE(!parse_integer(bad), bad);
  CHECK(parse_integer("1_000").error().text == "'1_000' is written 1000");
  CHECK(parse_integer("0x1f").error().text == "'0x1f' is written 31");
  CHECK(parse_integer("0o17").error().text == "'0o17' is written 15");
  CHECK(parse_integer("0xzz").error().text == "'0xzz' is no whole number");
  CHECK(parse_integer("1,000").error().text == "'1,000' has a comma");
  CHECK(parse_integer("010").error().text ==
        "'010' has a leading zero; write 10, or 8 if it is octal");
  CHECK(parse_integer("007").error().text == "'007' has a leading zero; write 7");
  CHECK(parse_integer("08").error().text == "'08' has a leading zero");
}

TEST_CASE("switches are on, off, true and false and nothing else") {
  CHECK(parse_switch("on").value());
  CHECK(parse_switch("true").value());
  CHECK(!parse_switch("off").value());
  CHECK(!parse_switch("false").value());
  CHECK(switch_error("yes") == "'yes' is written on");
  CHECK(switch_error("ON") == "'ON' is written on");
  CHECK(switch_error("No") == "'No' is written off");
  CHECK(switch_error("0") == "'0' is written off");
  CHECK(switch_error("off ") == "'off ' is written off");
  CHECK(switch_error("maybe") == "'maybe' is neither");
}

TEST_CASE("values are written the shortest way, and read back the same") {
  CHECK(duration_text(base::Duration(0)) == "0");
  CHECK(duration_text(base::Duration(25)) == "25ms");
  CHECK(duration_text(base::Duration(90'000)) == "90s");
  CHECK(duration_text(base::Duration(3'600'000)) == "1h");
  CHECK(size_text(0) == "0");
  CHECK(size_text(1000) == "1000");
  CHECK(size_text(65'536) == "64k");
  CHECK(size_text(std::uint64_t{1} << 40) == "1024g");
  for (std::int64_t value : {1, 999, 1'000, 61'000, 86'400'000})
    CHECK(ms(duration_text(base::Duration(value))) == value);
}

}  // namespace weir::config
