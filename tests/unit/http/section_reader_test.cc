#include "http/section_reader.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

using weir::base::Bytes;
using weir::http::HeadScan;
using weir::http::SectionReader;

namespace {

const weir::http::HeadLimits kLimits;

}  // namespace

TEST_CASE("a section that comes whole is not copied") {
  weir::base::Arena arena;
  SectionReader reader;
  reader.reset(HeadScan::Section::kRequest, arena, kLimits);
  std::string bytes = "GET / HTTP/1.1\r\n\r\nrest";
  Bytes in = bytes;
  Bytes section = reader.read(in);
  CHECK(section.data() == bytes.data());
  CHECK(section.size() == 18);
  CHECK(in == "rest");
  CHECK_FALSE(reader.gathered());
  CHECK(arena.held() == 0);
}

TEST_CASE("a section in pieces is gathered, and nothing behind it is taken") {
  std::string head = "GET / HTTP/1.1\r\nA: " + std::string(5000, 'x') + "\r\n\r\n";
  for (std::size_t step : {std::size_t{1}, std::size_t{7}, std::size_t{2048}, std::size_t{5000}}) {
    weir::base::Arena arena;
    SectionReader reader;
    reader.reset(HeadScan::Section::kRequest, arena, kLimits);
    std::string bytes = head + std::string(10000, 'b');
    Bytes section;
    for (std::size_t at = 0; section.empty(); at += step) {
      std::string piece = bytes.substr(at, step);
      if (at + step > head.size()) piece = bytes.substr(at);
      Bytes in = piece;
      section = reader.read(in);
      std::size_t behind = at + piece.size() > head.size() ? at + piece.size() - head.size() : 0;
      CHECK(in.size() == (section.empty() ? 0 : behind));
    }
    CHECK(reader.gathered());
    CHECK(section == head);
    CHECK(arena.held() < 64 * 1024);
  }
}

TEST_CASE("a section over its limit is refused before much of it is kept") {
  weir::base::Arena arena;
  SectionReader reader;
  reader.reset(HeadScan::Section::kTrailers, arena, kLimits);
  Bytes first = "A: ";
  CHECK(reader.read(first).empty());
  std::string flood(10 << 20, 'x');
  Bytes in = flood;
  CHECK(reader.read(in).empty());
  CHECK(reader.scan().reason() == weir::http::Reason::kHeaderTooLarge);
  CHECK(arena.held() < 256 * 1024);
}
