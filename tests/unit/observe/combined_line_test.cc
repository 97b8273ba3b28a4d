#include "observe/combined_line.h"

#include <doctest/doctest.h>

#include <string>

#include "unit/observe/scratch.h"

namespace weir::observe {
namespace {

// The line with the word TIME for its time, which has to be the clock's.
std::string line_of(const Logged& exchange, std::size_t text_max = std::string::npos) {
  CombinedLine line(exchange);
  std::string memory(line.size_max(text_max), ' ');
  LogText text(memory.data(), memory.size());
  line.put(text, text_max);
  std::string out(text.view());
  auto time = out.find('[' + std::string(exchange.time.local(exchange.now)) + ']');
  REQUIRE(time != std::string::npos);
  return out.replace(time + 1, 26, "TIME");
}

}  // namespace

TEST_CASE("a line is nginx's combined") {
  Ended asked;
  asked.request.head.fields.add(asked.arena, "User-Agent", "curl/7.88.1");
  asked.request.head.fields.add(asked.arena, "Referer", "http://a/");
  CHECK(line_of(asked.logged) ==
        "10.1.2.3 - - [TIME] \"GET /a?b=1 HTTP/1.1\" 200 5 \"http://a/\" "
        "\"curl/7.88.1\"\n");
}

TEST_CASE("what is not there is a dash") {
  Ended asked;
  asked.request = {};
  asked.request.record.status = 400;
  CHECK(line_of(asked.logged) == "- - - [TIME] \"-\" 400 0 \"-\" \"-\"\n");
}

TEST_CASE("the peer stands in for a client that is not known, and HTTP/1.0 is told") {
  Ended asked;
  asked.request.client = {};
  asked.request.head.version = http::Version::kHttp10;
  asked.request.record.status = 0;
  CHECK(line_of(asked.logged) ==
        "127.0.0.1 - - [TIME] \"GET /a?b=1 HTTP/1.0\" 000 5 \"-\" \"-\"\n");
}

TEST_CASE("a client cannot end its quotes or its line") {
  Ended asked;
  asked.request.head.fields.add(asked.arena, "User-Agent", "\" 200 0 \"\n\xff");
  CHECK(line_of(asked.logged).ends_with("\"\\x22 200 0 \\x22\\x0A\\xFF\"\n"));
}

TEST_CASE("secrets of the query and of the referer are masked") {
  Ended asked;
  asked.request.head.target = "/login?user=a&password=hunter2&x=1";
  asked.request.head.has_query = true;
  asked.request.head.fields.add(asked.arena, "Referer", "http://me:pw@a/?access_token=abc");
  asked.request.head.fields.add(asked.arena, "Cookie", "session=abc");
  asked.request.head.fields.add(asked.arena, "Authorization", "Bearer abc");
  CHECK(line_of(asked.logged) ==
        "10.1.2.3 - - [TIME] \"GET /login?user=a&password=***&x=1 HTTP/1.1\" 200 5 "
        "\"http://***@a/?access_token=***\" \"-\"\n");
}

TEST_CASE("the longest line there can be fits in the size that was asked for") {
  std::string hostile(100'000, '\x01');
  Ended asked;
  asked.request.client = hostile;
  asked.request.head.method_text = hostile;
  asked.request.head.target = hostile;
  asked.request.head.fields.add(asked.arena, "Referer", hostile);
  asked.request.head.fields.add(asked.arena, "User-Agent", hostile);
  asked.request.record.body_bytes_out = UINT64_MAX;
  CombinedLine line(asked.logged);
  for (std::size_t text_max : {std::size_t{100}, std::size_t{5000}, std::string::npos}) {
    std::string memory(line.size_max(text_max), ' ');
    LogText text(memory.data(), memory.size());
    line.put(text, text_max);
    CHECK(text.size() <= memory.size());
    CHECK(text.view().back() == '\n');
  }
  CHECK(line.size_max(100) < 128 + 5 * 400 + 1);
}

}  // namespace weir::observe
