#include "http/h1_parser.h"

#include <doctest/doctest.h>

#include <cstring>
#include <memory>
#include <string>

using weir::base::Arena;
using weir::base::Bytes;
using weir::http::H1Parser;
using weir::http::H1Step;
using weir::http::HeadLimits;
using weir::http::Method;
using weir::http::Reason;

// What bytes mean is in tests/wire. Here: lifetimes, reuse, cost, and the order of calls.

namespace {

const HeadLimits kLimits;

}  // namespace

TEST_CASE("a request head outlives the bytes it was read from") {
  Arena arena;
  H1Parser parser;
  parser.reset_request(arena, kLimits);
  std::string_view text = "GET /a?b HTTP/1.1\r\nHost: c\r\nX: y\r\n\r\n";
  auto bytes = std::make_unique<char[]>(text.size());
  std::memcpy(bytes.get(), text.data(), text.size());
  Bytes in(bytes.get(), text.size());
  REQUIRE(parser.next(in) == H1Step::kHead);
  std::memset(bytes.get(), 0, text.size());
  bytes.reset();
  CHECK(parser.request().method_text == "GET");
  CHECK(parser.request().target == "/a?b");
  CHECK(parser.request().host == "c");
  CHECK(parser.request().fields.find("x")->value == "y");
}

TEST_CASE("a response head that comes whole is not copied") {
  Arena arena;
  H1Parser parser;
  parser.reset_response(arena, kLimits, Method::kGet);
  std::string text = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  Bytes in = text;
  REQUIRE(parser.next(in) == H1Step::kHead);
  CHECK(parser.response().reason.data() == text.data() + 13);
  REQUIRE(parser.next(in) == H1Step::kBody);
  CHECK(parser.piece().data() == text.data() + text.size() - 2);
}

TEST_CASE("a message without body ends at the next call, without bytes") {
  Arena arena;
  H1Parser parser;
  parser.reset_request(arena, kLimits);
  CHECK(parser.fresh());
  Bytes in = "GET / HTTP/1.0\r\n\r\n";
  REQUIRE(parser.next(in) == H1Step::kHead);
  CHECK(in.empty());
  CHECK(parser.head_done());
  CHECK(parser.next(in) == H1Step::kEnd);
  CHECK(parser.trailers() == nullptr);
  // It stays at its end, and takes nothing of the next message.
  in = "GET /2 HTTP/1.0\r\n\r\n";
  CHECK(parser.next(in) == H1Step::kEnd);
  CHECK(in.size() == 19);
}

TEST_CASE("after an error nothing is taken until the parser is reset") {
  Arena arena;
  H1Parser parser;
  parser.reset_request(arena, kLimits);
  Bytes in = "\x16";
  REQUIRE(parser.next(in) == H1Step::kError);
  CHECK(parser.failure().status == 400);
  in = "GET / HTTP/1.0\r\n\r\n";
  CHECK(parser.next(in) == H1Step::kError);
  CHECK(parser.finish() == H1Step::kError);
  parser.reset_request(arena, kLimits);
  CHECK(parser.next(in) == H1Step::kHead);
}

TEST_CASE("empty lines do not begin a request") {
  Arena arena;
  H1Parser parser;
  parser.reset_request(arena, kLimits);
  Bytes in = "\r\n";
  CHECK(parser.next(in) == H1Step::kMore);
  CHECK(parser.fresh());
  CHECK(parser.finish() == H1Step::kMore);
  in = "G";
  CHECK(parser.next(in) == H1Step::kMore);
  CHECK_FALSE(parser.fresh());
  CHECK_FALSE(parser.head_done());
  CHECK(parser.finish() == H1Step::kError);
  CHECK(parser.failure().reason == Reason::kClientClosed);
}

TEST_CASE("one parser reads requests and responses in turn") {
  Arena arena;
  H1Parser parser;
  for (int round = 0; round < 3; ++round) {
    arena.reset();
    parser.reset_request(arena, kLimits);
    Bytes in =
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nT: "
        "1\r\n\r\n";
    CHECK(parser.next(in) == H1Step::kHead);
    CHECK(parser.next(in) == H1Step::kBody);
    CHECK(parser.piece() == "ok");
    CHECK(parser.next(in) == H1Step::kEnd);
    REQUIRE(parser.trailers() != nullptr);
    CHECK(parser.trailers()->size() == 1);
    parser.reset_response(arena, kLimits, Method::kHead);
    CHECK(parser.trailers() == nullptr);
    in = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n";
    CHECK(parser.next(in) == H1Step::kHead);
    CHECK_FALSE(parser.request().keep_alive == false);
    CHECK(parser.next(in) == H1Step::kEnd);
  }
}

TEST_CASE("a parser abandoned inside a body reads the next message as if nothing had been") {
  Arena arena;
  H1Parser parser;
  for (const char* first :
       {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nff;x=\"",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nT: ",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhel", "POST / HT"}) {
    parser.reset_request(arena, kLimits);
    Bytes in = first;
    H1Step step = H1Step::kHead;
    while (step != H1Step::kMore && step != H1Step::kError) step = parser.next(in);
    CHECK(step == H1Step::kMore);
    parser.reset_request(arena, kLimits);
    CHECK(parser.fresh());
    in = "GET / HTTP/1.0\r\n\r\n";
    CHECK(parser.next(in) == H1Step::kHead);
    CHECK(parser.next(in) == H1Step::kEnd);
  }
}

TEST_CASE("head_done of a response waits for the final head") {
  Arena arena;
  H1Parser parser;
  parser.reset_response(arena, kLimits, Method::kGet);
  Bytes in = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n";
  CHECK(parser.next(in) == H1Step::kHead);
  CHECK(parser.response().status == 100);
  CHECK_FALSE(parser.head_done());
  CHECK(parser.next(in) == H1Step::kHead);
  CHECK(parser.response().status == 200);
  CHECK(parser.head_done());
  CHECK(parser.next(in) == H1Step::kMore);
  CHECK(parser.finish() == H1Step::kEnd);
}

TEST_CASE("a 101 is the final head only where another protocol was asked for") {
  Arena arena;
  H1Parser parser;
  for (bool asked : {true, false}) {
    parser.reset_response(arena, kLimits, Method::kGet, asked);
    Bytes in = "HTTP/1.1 101 S\r\nConnection: upgrade\r\nUpgrade: a\r\n\r\nraw";
    CHECK(parser.next(in) == (asked ? H1Step::kHead : H1Step::kError));
    CHECK(parser.head_done() == asked);
    if (!asked) continue;
    CHECK(parser.next(in) == H1Step::kBody);
    CHECK(parser.piece() == "raw");
    CHECK(parser.finish() == H1Step::kEnd);
  }
}

TEST_CASE("a body of a length is handed out as it comes, without copies") {
  Arena arena;
  H1Parser parser;
  parser.reset_request(arena, kLimits);
  Bytes in = "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 300000\r\n\r\n";
  REQUIRE(parser.next(in) == H1Step::kHead);
  std::size_t held = arena.held();
  std::string block(100000, 'x');
  for (int i = 0; i < 3; ++i) {
    in = block;
    REQUIRE(parser.next(in) == H1Step::kBody);
    CHECK(parser.piece().data() == block.data());
    CHECK(parser.piece().size() == block.size());
  }
  CHECK(parser.next(in) == H1Step::kEnd);
  CHECK(arena.held() == held);
}

TEST_CASE("steady state takes no memory beyond the arena's first block") {
  Arena arena;
  H1Parser parser;
  std::size_t held = 0;
  for (int round = 0; round < 100; ++round) {
    arena.reset();
    parser.reset_request(arena, kLimits);
    Bytes in = "GET /a/b HTTP/1.1\r\nHost: example.com\r\nUser-Agent: x\r\nAccept: */*\r\n\r\n";
    REQUIRE(parser.next(in) == H1Step::kHead);
    REQUIRE(parser.next(in) == H1Step::kEnd);
    if (round == 0) held = arena.held();
    CHECK(arena.held() == held);
  }
}
