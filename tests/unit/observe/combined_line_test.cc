#include "observe/combined_line.h"

#include <doctest/doctest.h>

#include <string>

#include "unit/observe/scratch.h"

namespace weir::observe {
namespace {

constexpr std::string_view kTime = "24/Nov/2026:16:00:00 +0000";

std::string line_of(const http::Request& request, std::size_t text_max = std::string::npos) {
  CombinedLine line(request);
  std::string memory(line.size_max(text_max), ' ');
  LogText text(memory.data(), memory.size());
  line.put(text, kTime, text_max);
  return std::string(text.view());
}

}  // namespace

TEST_CASE("a line is nginx's combined") {
  Asked asked;
  asked.request.head.fields.add(asked.arena, "User-Agent", "curl/7.88.1");
  asked.request.head.fields.add(asked.arena, "Referer", "http://a/");
  CHECK(line_of(asked.request) ==
        "10.1.2.3 - - [24/Nov/2026:16:00:00 +0000] \"GET /a?b=1 HTTP/1.1\" 200 5 \"http://a/\" "
        "\"curl/7.88.1\"\n");
}

TEST_CASE("what is not there is a dash") {
  http::Request request;
  request.record.status = 400;
  CHECK(line_of(request) == "- - - [24/Nov/2026:16:00:00 +0000] \"-\" 400 0 \"-\" \"-\"\n");
}

TEST_CASE("the peer stands in for a client that is not known, and HTTP/1.0 is told") {
  Asked asked;
  asked.request.client = {};
  asked.request.head.version = http::Version::kHttp10;
  asked.request.record.status = 0;
  CHECK(line_of(asked.request) ==
        "127.0.0.1 - - [24/Nov/2026:16:00:00 +0000] \"GET /a?b=1 HTTP/1.0\" 000 5 \"-\" \"-\"\n");
}

TEST_CASE("a client cannot end its quotes or its line") {
  Asked asked;
  asked.request.head.fields.add(asked.arena, "User-Agent", "\" 200 0 \"\n\xff");
  CHECK(line_of(asked.request).ends_with("\"\\x22 200 0 \\x22\\x0A\\xFF\"\n"));
}

TEST_CASE("the longest line there can be fits in the size that was asked for") {
  std::string hostile(100'000, '\x01');
  Asked asked;
  asked.request.client = hostile;
  asked.request.head.method_text = hostile;
  asked.request.head.target = hostile;
  asked.request.head.fields.add(asked.arena, "Referer", hostile);
  asked.request.head.fields.add(asked.arena, "User-Agent", hostile);
  asked.request.record.body_bytes_out = UINT64_MAX;
  constexpr std::size_t kSize = 4096;
  std::size_t text_max = CombinedLine::text_max_for(kSize);
  CHECK(text_max > 100);
  CombinedLine line(asked.request);
  CHECK(line.size_max(text_max) <= kSize);
  CHECK(line_of(asked.request, text_max).size() <= line.size_max(text_max));
  CHECK(line_of(asked.request, text_max).back() == '\n');
  CHECK(line_of(asked.request).size() > 2'000'000);
}

}  // namespace weir::observe
