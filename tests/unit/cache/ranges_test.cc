#include "cache/ranges.h"

#include <doctest/doctest.h>

#include <string>

namespace weir::cache {
namespace {

// "200", "416", or the parts as "first-last first-last".
std::string parts(std::string_view field, std::uint64_t size) {
  std::vector<Range> ranges;
  Part part = parse_ranges(field, size, ranges);
  if (part != Part::kParts) CHECK(ranges.empty());
  if (part == Part::kWhole) return "200";
  if (part == Part::kUnsatisfiable) return "416";
  std::string text;
  for (const Range& range : ranges) {
    if (!text.empty()) text += ' ';
    text += std::to_string(range.begin) + "-" + std::to_string(range.begin + range.size - 1);
  }
  return text;
}

}  // namespace

TEST_CASE("ranges are what RFC 9110 section 14.1.2 has them be") {
  CHECK(parts("bytes=0-499", 1000) == "0-499");
  CHECK(parts("bytes=0-0", 1000) == "0-0");
  CHECK(parts("bytes=500-", 1000) == "500-999");
  CHECK(parts("bytes=-200", 1000) == "800-999");
  CHECK(parts("Bytes=-200", 1000) == "800-999");
  CHECK(parts("bytes=-2000", 1000) == "0-999");
  CHECK(parts("bytes=900-2000", 1000) == "900-999");
  CHECK(parts("bytes=0-99999999999999999999999", 1000) == "0-999");
  CHECK(parts("bytes=-99999999999999999999999", 1000) == "0-999");
  CHECK(parts("bytes=0-1,5-6", 1000) == "0-1 5-6");
  CHECK(parts("bytes= 5-6 ,, 0-1 ", 1000) == "5-6 0-1");
  CHECK(parts("bytes=0-1, 2000-", 1000) == "0-1");
  CHECK(parts("bytes=0-1, -1", 2) == "200");
}

TEST_CASE("ranges that all lie behind the body cannot be satisfied") {
  CHECK(parts("bytes=1000-", 1000) == "416");
  CHECK(parts("bytes=1000-1001, 99999999999999999999-", 1000) == "416");
  CHECK(parts("bytes=-0", 1000) == "416");
  CHECK(parts("bytes=0-", 0) == "416");
  CHECK(parts("bytes=-5", 0) == "416");
}

TEST_CASE("what is no set of bytes is ignored, whole") {
  for (std::string_view field :
       {"", "bytes", "bytes=", "bytes=,", "bytes=-", "bytes=x-", "bytes=1", "bytes=2-1",
        "bytes=1-x", "bytes=0-1, x", "bytes=+0-1", "bytes=0--1", "bytes=0 - 1", "bytes =0-1",
        "items=0-1", "bytes=0-1;2-3", "bytes=0x0-1"}) {
    CAPTURE(field);
    CHECK(parts(field, 1000) == "200");
  }
}

TEST_CASE("ranges that abuse are ignored: overlapping ones, or too many (section 17.15)") {
  CHECK(parts("bytes=0-5,5-9", 1000) == "200");
  CHECK(parts("bytes=0-,0-,0-", 1000) == "200");
  CHECK(parts("bytes=9-10, 0-9", 1000) == "200");
  std::string many = "bytes=0-0";
  for (std::size_t i = 1; i < kRangesMax; ++i)
    many += "," + std::to_string(2 * i) + "-" + std::to_string(2 * i);
  CHECK(parts(many, 1000) != "200");
  CHECK(parts(many + ",500-500", 1000) == "200");
}

}  // namespace weir::cache
