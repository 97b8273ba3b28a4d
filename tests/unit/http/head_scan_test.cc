#include "http/head_scan.h"

#include <doctest/doctest.h>

#include <string>

using weir::http::HeadLimits;
using weir::http::HeadScan;
using weir::http::Reason;
using Section = HeadScan::Section;

namespace {

// The reason told, and after how many bytes, when they come one by one; kNone and 0 when nothing is
// told.
struct Told {
  Reason reason;
  std::size_t after;
  std::size_t size;
};

Told scan(Section section, const std::string& bytes, const HeadLimits& limits,
          std::size_t step = 1) {
  HeadScan scan;
  scan.reset(section, limits);
  for (std::size_t end = step; end <= bytes.size(); end += step) {
    if (scan.run(bytes.data(), end)) return {scan.reason(), end, scan.size()};
  }
  return {Reason::kNone, 0, 0};
}

const HeadLimits kUsual;

}  // namespace

TEST_CASE("a head ends behind its empty line, and what follows is not looked at") {
  std::string head = "GET / HTTP/1.1\r\nA: b\r\n\r\n";
  HeadScan whole;
  whole.reset(Section::kRequest, kUsual);
  std::string bytes = head + "\n\n\x01";
  REQUIRE(whole.run(bytes.data(), bytes.size()));
  CHECK(whole.reason() == Reason::kNone);
  CHECK(whole.size() == head.size());
  CHECK(whole.fields_begin() == 16);
  CHECK(whole.count() == 1);
  CHECK(scan(Section::kRequest, head, kUsual).after == head.size());
  CHECK(scan(Section::kResponse, "HTTP/1.1 200\r\n\r\n", kUsual).after == 16);
  CHECK(scan(Section::kTrailers, "\r\n", kUsual).after == 2);
  CHECK(scan(Section::kTrailers, "A: b\r\n\r\n", kUsual).size == 8);
}

TEST_CASE("garbage is told at the byte that shows it") {
  CHECK(scan(Section::kRequest, "\x16\x03\x01", kUsual).after == 1);
  CHECK(scan(Section::kRequest, "GET / HTTP/3.0\r\n", kUsual).reason == Reason::kVersion);
  CHECK(scan(Section::kRequest, "GET /\n", kUsual).after == 6);
  CHECK(scan(Section::kResponse, "HTTP/1.1 200\n", kUsual).reason == Reason::kBadRequest);
  CHECK(scan(Section::kTrailers, "A: b\n", kUsual).reason == Reason::kBadRequest);
  CHECK(scan(Section::kTrailers, "\n", kUsual).reason == Reason::kBadRequest);
  CHECK(scan(Section::kTrailers, " A: b\r\n", kUsual).reason == Reason::kBadRequest);
}

TEST_CASE("a limit is told at the first byte over it") {
  HeadLimits limits;
  limits.uri_bytes = 20;
  limits.header_bytes = 10;
  limits.header_count = 2;
  Told line = scan(Section::kRequest, "GET /" + std::string(100, 'a'), limits);
  CHECK(line.reason == Reason::kUriTooLong);
  CHECK(line.after == 21);
  Told field = scan(Section::kTrailers, "A: " + std::string(100, 'a'), limits);
  CHECK(field.reason == Reason::kHeaderTooLarge);
  CHECK(field.after == 11);
  limits.header_bytes = 1000;
  Told count = scan(Section::kTrailers, "A:\r\nB:\r\nC:\r\n", limits);
  CHECK(count.reason == Reason::kTooManyHeaders);
  CHECK(count.after == 12);
}

TEST_CASE("limits of zero allow a head without fields and nothing else") {
  HeadLimits limits;
  limits.header_bytes = 0;
  limits.header_count = 0;
  CHECK(scan(Section::kRequest, "GET / HTTP/1.0\r\n\r\n", limits).size == 18);
  CHECK(scan(Section::kRequest, "GET / HTTP/1.0\r\nA", limits).reason == Reason::kHeaderTooLarge);
  limits.header_bytes = 100;
  CHECK(scan(Section::kRequest, "GET / HTTP/1.0\r\nA:\r\n", limits).reason ==
        Reason::kTooManyHeaders);
}

TEST_CASE("the verdict does not depend on how the bytes are cut") {
  HeadLimits limits;
  limits.uri_bytes = 30;
  limits.header_bytes = 30;
  limits.header_count = 3;
  for (const std::string& bytes :
       {std::string("GET / HTTP/1.1\r\nA: b\r\n\r\n"), std::string("GET /\n / HTTP/1.1\r\n\r\n"),
        "G T / HTTP/1.1\r\nA: " + std::string(40, 'x') + "\r\n\r\n",
        "GET / HTTP/1.1\r\nA: " + std::string(40, 'x') + "\n\r\n",
        std::string("GET / HTTP/1.1\r\nA:\r\nB:\r\nC:\r\nD:\n\r\n"),
        "\x01" + std::string(60, 'x') + "\r\n\r\n",
        std::string("GET / HTTP/9.9\r\n A: b\n\n\n\n\n")}) {
    Reason one_by_one = scan(Section::kRequest, bytes, limits).reason;
    CHECK(scan(Section::kRequest, bytes, limits, bytes.size()).reason == one_by_one);
  }
}
