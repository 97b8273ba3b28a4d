#include "http/h1_writer.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "http/h1_parser.h"

using weir::base::Arena;
using weir::base::Bytes;
using weir::http::ConnectionLine;
using weir::http::DownstreamFields;
using weir::http::Fields;
using weir::http::Framing;
using weir::http::H1Parser;
using weir::http::H1Step;
using weir::http::HeadLimits;
using weir::http::Method;
using weir::http::RequestHead;
using weir::http::ResponseHead;
using weir::http::UpstreamFields;

namespace {

const HeadLimits kLimits;

UpstreamFields usual() {
  UpstreamFields extra;
  extra.host = "back";
  extra.client = "1.2.3.4";
  extra.scheme = "http";
  return extra;
}

std::string write(const RequestHead& head, const UpstreamFields& extra) {
  std::string out(weir::http::request_head_bound(head, extra), '?');
  auto* end = weir::http::write_request_head(out.data(), head, extra);
  REQUIRE(end <= out.data() + out.size());
  out.resize(static_cast<std::size_t>(end - out.data()));
  return out;
}

std::string write(const ResponseHead& head, const DownstreamFields& extra) {
  std::string out(weir::http::response_head_bound(head, extra), '?');
  auto* end = weir::http::write_response_head(out.data(), head, extra);
  REQUIRE(end <= out.data() + out.size());
  out.resize(static_cast<std::size_t>(end - out.data()));
  return out;
}

std::string sent(const std::string& received, const UpstreamFields& extra) {
  Arena arena;
  H1Parser parser;
  parser.reset_request(arena, kLimits);
  Bytes in = received;
  REQUIRE(parser.next(in) == H1Step::kHead);
  return write(parser.request(), extra);
}

std::string answered(const std::string& received, const DownstreamFields& extra) {
  Arena arena;
  H1Parser parser;
  parser.reset_response(arena, kLimits, Method::kGet);
  Bytes in = received;
  REQUIRE(parser.next(in) == H1Step::kHead);
  return write(parser.response(), extra);
}

bool has(const std::string& text, std::string_view part) { return text.find(part) != text.npos; }

const std::string kAdded =
    "X-Forwarded-For: 1.2.3.4\r\nX-Forwarded-Proto: http\r\nX-Forwarded-Host: a\r\nVia: 1.1 "
    "weir\r\n";

}  // namespace

TEST_CASE("a request goes on with its fields in order and as received") {
  CHECK(sent("GET /x?y HTTP/1.1\r\nHost: a\r\nB: 1\r\nuser-AGENT:z\r\nC:  2 \r\nD:\r\n\r\n",
             usual()) ==
        "GET /x?y HTTP/1.1\r\nHost: back\r\nB: 1\r\nuser-AGENT: z\r\nC: 2\r\nD: \r\n" + kAdded +
            "\r\n");
}

TEST_CASE("a request has exactly one framing field") {
  CHECK(has(sent("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 007\r\n\r\n", usual()),
            "Host: back\r\nContent-Length: 7\r\nX-"));
  CHECK(has(sent("POST / HTTP/1.1\r\nTransfer-Encoding:CHUNKED\r\nHost: a\r\n\r\n", usual()),
            "Host: back\r\nTransfer-Encoding: chunked\r\nX-"));
  std::string none = sent("POST / HTTP/1.1\r\nHost: a\r\n\r\n", usual());
  CHECK_FALSE(has(none, "Content-Length"));
  CHECK_FALSE(has(none, "Transfer-Encoding"));
}

TEST_CASE("hop-by-hop fields and those that Connection names end here") {
  CHECK(sent("GET / HTTP/1.1\r\nHost: a\r\nA: 1\r\nConnection: x-secret, Keep-Alive\r\nX-Secret: "
             "s\r\nB: 2\r\n"
             "Keep-Alive: timeout=5\r\nProxy-Connection: x\r\nTE: gzip\r\nUpgrade: h2c\r\n"
             "HTTP2-Settings: x\r\nTrailer: T\r\nconnection: d\r\nC: 3\r\nD: 4\r\n\r\n",
             usual()) ==
        "GET / HTTP/1.1\r\nHost: back\r\nA: 1\r\nB: 2\r\nC: 3\r\n" + kAdded + "\r\n");
}

TEST_CASE("Connection cannot take away what weir adds") {
  std::string out =
      sent("GET / HTTP/1.1\r\nHost: a\r\nConnection: host, x-forwarded-for, via\r\n\r\n", usual());
  CHECK(out == "GET / HTTP/1.1\r\nHost: back\r\n" + kAdded + "\r\n");
}

TEST_CASE("Trailer goes on where trailers can follow") {
  std::string out = sent(
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTrailer: T\r\n\r\n", usual());
  CHECK(has(out, "Trailer: T\r\n"));
}

TEST_CASE("TE: trailers is said anew, with Connection") {
  std::string request =
      "GET / HTTP/1.1\r\nHost: a\r\nConnection: TE\r\nTE: gzip;q=1, Trailers\r\n\r\n";
  CHECK(has(sent(request, usual()), "TE: trailers\r\nConnection: TE\r\n\r\n"));
  UpstreamFields extra = usual();
  extra.close = true;
  CHECK(has(sent(request, extra), "TE: trailers\r\nConnection: TE, close\r\n\r\n"));
  CHECK(has(sent("GET / HTTP/1.1\r\nHost: a\r\n\r\n", extra), "\r\nConnection: close\r\n\r\n"));
}

TEST_CASE("an upgrade is asked for by exactly one Upgrade and one Connection, and by no TE") {
  UpstreamFields extra = usual();
  extra.upgrade = "websocket";
  CHECK(sent("GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade, TE\r\nTE: trailers\r\n"
             "Upgrade: h2c, WebSocket\r\nSec-WebSocket-Key: k\r\n\r\n",
             extra) == "GET / HTTP/1.1\r\nHost: back\r\nSec-WebSocket-Key: k\r\n" + kAdded +
                           "Upgrade: websocket\r\nConnection: upgrade\r\n\r\n");
}

TEST_CASE("a 101 and a 426 say their protocol, and what becomes of the connection") {
  DownstreamFields extra;
  extra.upgrade = "websocket";
  ResponseHead head;
  head.status = 101;
  extra.via = false;
  CHECK(write(head, extra) ==
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n");
  extra.connection = ConnectionLine::kClose;
  CHECK(has(write(head, extra), "\r\nConnection: upgrade, close\r\n\r\n"));
}

TEST_CASE("Expect goes on only when the caller says so") {
  std::string request =
      "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n";
  CHECK_FALSE(has(sent(request, usual()), "Expect"));
  UpstreamFields extra = usual();
  extra.expect = true;
  CHECK(has(sent(request, extra), "\r\nExpect: 100-continue\r\n"));
}

TEST_CASE("what an untrusted peer says of others is dropped") {
  CHECK(sent("GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 6.6.6.6\r\nX-Forwarded-Proto: https\r\n"
             "X-Forwarded-Host: evil\r\nForwarded: for=6\r\nX-Real-IP: 6.6.6.6\r\n"
             "X-Forwarded-Port: 1\r\nx-forwarded-prefix: /evil\r\nX-Forwarded-Ssl: on\r\n\r\n",
             usual()) == "GET / HTTP/1.1\r\nHost: back\r\n" + kAdded + "\r\n");
}

TEST_CASE("a name that only begins like X-Forwarded is not X-Forwarded-*") {
  CHECK(has(sent("GET / HTTP/1.1\r\nHost: a\r\nX-Forward: 1\r\nX-Forwarded: 2\r\n\r\n", usual()),
            "\r\nX-Forward: 1\r\nX-Forwarded: 2\r\n"));
}

TEST_CASE("what a trusted peer says is kept, and this hop appended") {
  UpstreamFields extra = usual();
  extra.trusted = true;
  CHECK(
      sent("GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 9.9.9.9\r\nX-Forwarded-Proto: https\r\n"
           "X-Forwarded-Host: front\r\nX-Forwarded-For: 8.8.8.8\r\nForwarded: for=9\r\nX-Real-IP: "
           "9.9.9.9\r\n\r\n",
           extra) ==
      "GET / HTTP/1.1\r\nHost: back\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: "
      "front\r\nForwarded: for=9\r\n"
      "X-Real-IP: 9.9.9.9\r\nX-Forwarded-For: 9.9.9.9, 8.8.8.8, 1.2.3.4\r\nVia: 1.1 weir\r\n\r\n");
  CHECK(sent("GET / HTTP/1.1\r\nHost: a\r\n\r\n", extra) ==
        "GET / HTTP/1.1\r\nHost: back\r\n" + kAdded + "\r\n");
}

TEST_CASE("the path goes out as it came, unless it held dot segments") {
  auto line = [](const std::string& target) {
    std::string out = sent("GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n", usual());
    return out.substr(0, out.find("\r\n"));
  };
  CHECK(line("//a/%7e%2f?x") == "GET //a/%7e%2f?x HTTP/1.1");
  CHECK(line("/a/../%7e%2f?") == "GET /~%2F? HTTP/1.1");
  CHECK(line("http://b/c?d") == "GET /c?d HTTP/1.1");
  CHECK(line("http://b") == "GET / HTTP/1.1");
  UpstreamFields extra = usual();
  extra.target = "/other?z";
  CHECK(has(sent("GET /a?b HTTP/1.1\r\nHost: a\r\n\r\n", extra), "GET /other?z HTTP/1.1\r\n"));
}

TEST_CASE("an HTTP/1.0 request goes on as 1.1, and Via tells") {
  std::string out = sent("GET / HTTP/1.0\r\n\r\n", usual());
  CHECK(out ==
        "GET / HTTP/1.1\r\nHost: back\r\nX-Forwarded-For: 1.2.3.4\r\nX-Forwarded-Proto: http\r\n"
        "Via: 1.0 weir\r\n\r\n");
}

TEST_CASE("a Via that was there stays before ours") {
  std::string out = sent("GET / HTTP/1.1\r\nHost: a\r\nVia: 1.1 cdn\r\n\r\n", usual());
  CHECK(has(out, "Via: 1.1 cdn\r\n"));
  CHECK(out.find("1.1 cdn") < out.find("1.1 weir"));
}

TEST_CASE("the request id replaces what was received, on both sides") {
  UpstreamFields up = usual();
  std::string request = "GET / HTTP/1.1\r\nHost: a\r\nX-Request-ID: theirs\r\n\r\n";
  CHECK(has(sent(request, up), "X-Request-ID: theirs\r\n"));
  up.request_id = "ours";
  CHECK(has(sent(request, up), "X-Request-ID: ours\r\n"));
  CHECK_FALSE(has(sent(request, up), "theirs"));
  DownstreamFields down;
  down.request_id = "ours";
  std::string out =
      answered("HTTP/1.1 200 OK\r\nX-Request-Id: theirs\r\nContent-Length: 0\r\n\r\n", down);
  CHECK(has(out, "X-Request-ID: ours\r\n"));
  CHECK_FALSE(has(out, "theirs"));
}

TEST_CASE("a method that weir does not know goes on as it came") {
  CHECK(sent("PROPFIND / HTTP/1.1\r\nHost: a\r\n\r\n", usual()).substr(0, 9) == "PROPFIND ");
}

TEST_CASE("what was written is read as the same request") {
  std::string first =
      sent("POST /a?b HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nX: 1\r\nX: 2\r\n\r\n", usual());
  Arena arena;
  H1Parser parser;
  parser.reset_request(arena, kLimits);
  Bytes in = first;
  REQUIRE(parser.next(in) == H1Step::kHead);
  CHECK(parser.request().target == "/a?b");
  CHECK(parser.request().content_length == 3);
  CHECK(parser.request().host == "back");
  CHECK(in.empty());
}

TEST_CASE("an answer goes on with the framing the caller chooses") {
  std::string received =
      "HTTP/1.0 404 Gone Fishing\r\nA: 1\r\nContent-Length: 5\r\nConnection: close, b\r\nB: "
      "2\r\nTrailer: x\r\n\r\n";
  DownstreamFields extra;
  CHECK(answered(received, extra) == "HTTP/1.1 404 Gone Fishing\r\nA: 1\r\nVia: 1.0 weir\r\n\r\n");
  extra.framing = Framing::kLength;
  extra.content_length = 5;
  CHECK(has(answered(received, extra), "A: 1\r\nContent-Length: 5\r\n"));
  extra.framing = Framing::kChunked;
  CHECK(has(answered(received, extra), "A: 1\r\nTrailer: x\r\nTransfer-Encoding: chunked\r\n"));
  extra.framing = Framing::kUntilClose;
  extra.connection = ConnectionLine::kClose;
  CHECK(answered(received, extra) ==
        "HTTP/1.1 404 Gone Fishing\r\nA: 1\r\nVia: 1.0 weir\r\nConnection: close\r\n\r\n");
  extra.connection = ConnectionLine::kKeepAlive;
  CHECK(has(answered(received, extra), "\r\nConnection: keep-alive\r\n\r\n"));
}

TEST_CASE("Date and Server are put in where they are missing, and only there") {
  DownstreamFields extra;
  extra.date = "Thu, 01 Jan 1970 00:00:00 GMT";
  extra.server = "weir";
  CHECK(has(answered("HTTP/1.1 200 OK\r\n\r\n", extra),
            "Date: Thu, 01 Jan 1970 00:00:00 GMT\r\nServer: weir\r\n"));
  std::string out = answered("HTTP/1.1 200 OK\r\ndate: today\r\nserver: x\r\n\r\n", extra);
  CHECK(has(out, "date: today\r\nserver: x\r\n"));
  CHECK_FALSE(has(out, "1970"));
  CHECK_FALSE(has(out, "Server: weir"));
}

TEST_CASE("an answer that weir makes has the usual phrase and no Via") {
  ResponseHead head;
  head.status = 503;
  DownstreamFields extra;
  extra.via = false;
  CHECK(write(head, extra) == "HTTP/1.1 503 Service Unavailable\r\n\r\n");
  head.status = 299;
  CHECK(write(head, extra) == "HTTP/1.1 299 \r\n\r\n");
}

TEST_CASE("fields of weir's own stand beside those of the backend, without edits too") {
  Arena arena;
  ResponseHead head;
  head.status = 200;
  head.fields.add(arena, "Set-Cookie", "a=b");
  DownstreamFields extra;
  extra.via = false;
  extra.edited.add(arena, "Set-Cookie", "share=1; Path=/");
  CHECK(write(head, extra) ==
        "HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nSet-Cookie: share=1; Path=/\r\n\r\n");
}

TEST_CASE("fields are written alike wherever their texts lie") {
  // Neighbours in memory that are no lines must not be taken for lines.
  std::string text = "Aa: 1\r\nBb:\t2\r\nCc  3\r\nDd: 4\nXEe: 5";
  Arena arena;
  ResponseHead head;
  head.status = 200;
  auto add = [&](std::size_t name, std::size_t value) {
    head.fields.add(arena, std::string_view(text).substr(name, 2),
                    std::string_view(text).substr(value, 1));
  };
  add(0, 4);
  add(7, 11);
  add(14, 18);
  add(21, 25);
  add(28, 32);
  DownstreamFields extra;
  extra.via = false;
  CHECK(write(head, extra) ==
        "HTTP/1.1 200 OK\r\nAa: 1\r\nBb: 2\r\nCc: 3\r\nDd: 4\r\nEe: 5\r\n\r\n");
}

TEST_CASE("Forwarded says what X-Forwarded-* say, in one list") {
  UpstreamFields extra = usual();
  extra.forwarded = true;
  std::string request = "GET / HTTP/1.1\r\nHost: a:8080\r\nForwarded: for=6\r\n\r\n";
  CHECK(has(sent(request, extra), "\r\nForwarded: for=1.2.3.4;host=\"a:8080\";proto=http\r\n"));
  CHECK_FALSE(has(sent(request, extra), "for=6"));
  extra.trusted = true;
  extra.client = "fd00::1";
  CHECK(has(sent(request, extra),
            "\r\nForwarded: for=6, for=\"[fd00::1]\";host=\"a:8080\";proto=http\r\n"));
  extra.client = "unix:";
  CHECK(has(sent("GET / HTTP/1.0\r\n\r\n", extra), "\r\nForwarded: for=unknown;proto=http\r\n"));
}

TEST_CASE("edits have the last word, also on what weir itself would say") {
  weir::http::FieldEdits edits;
  for (const char* name : {"X-Gone", "Via", "X-Forwarded-Host", "X-Forwarded-Proto", "Date"}) {
    edits.remove(name);
  }
  edits.set("X-Forwarded-For", {});
  Arena arena;
  UpstreamFields up = usual();
  up.edits = &edits;
  up.edited.add(arena, "X-Forwarded-For", "me");
  CHECK(sent("GET / HTTP/1.1\r\nHost: a\r\nX-Gone: 1\r\nx-gone: 2\r\nX-Kept: 3\r\nVia: 1.1 b\r\n"
             "\r\n",
             up) == "GET / HTTP/1.1\r\nHost: back\r\nX-Kept: 3\r\nX-Forwarded-For: me\r\n\r\n");
  DownstreamFields down;
  down.edits = &edits;
  down.date = "today";
  down.server = "weir";
  down.edited.add(arena, "X-More", "1");
  CHECK(answered("HTTP/1.1 200 OK\r\nDate: then\r\nX-Gone: 1\r\nContent-Length: 0\r\n\r\n", down) ==
        "HTTP/1.1 200 OK\r\nServer: weir\r\nX-More: 1\r\n\r\n");
}

TEST_CASE("what a backend says to nginx ends here") {
  std::string received =
      "HTTP/1.1 200 OK\r\nX-Accel-Redirect: /secret\r\nx-accel-expires: 1\r\nX-Accel: 2\r\n"
      "Content-Length: 0\r\n\r\n";
  CHECK(answered(received, {}) == "HTTP/1.1 200 OK\r\nX-Accel: 2\r\nVia: 1.1 weir\r\n\r\n");
}

TEST_CASE("the bound holds with everything that can be added") {
  std::string request =
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTE: trailers\r\nExpect: "
      "100-continue\r\n";
  for (int i = 0; i < 50; ++i) request += "X-Forwarded-For: 1.1.1.1\r\n";
  UpstreamFields extra = usual();
  extra.trusted = extra.expect = extra.close = true;
  extra.request_id = "0123456789abcdef0123456789abcdef";
  CHECK(has(sent(request + "\r\n", extra), "1.1.1.1, 1.2.3.4\r\n"));
  RequestHead empty;
  CHECK(write(empty, UpstreamFields()).size() > 0);
  DownstreamFields down;
  down.framing = Framing::kLength;
  down.content_length = ~std::uint64_t{0};
  down.connection = ConnectionLine::kKeepAlive;
  down.date = "Thu, 01 Jan 1970 00:00:00 GMT";
  ResponseHead head;
  head.status = 4294967295U;
  CHECK(has(write(head, down), "18446744073709551615"));
}

TEST_CASE("chunk sizes are hexadecimal lines") {
  auto line = [](std::uint64_t size) {
    char room[weir::http::kChunkSizeBound];
    char* end = weir::http::write_chunk_size(room, size);
    return std::string(room, end);
  };
  CHECK(line(1) == "1\r\n");
  CHECK(line(15) == "f\r\n");
  CHECK(line(16) == "10\r\n");
  CHECK(line(65536) == "10000\r\n");
  CHECK(line(~std::uint64_t{0}) == "ffffffffffffffff\r\n");
}

TEST_CASE("the last chunk has the trailers that may be there") {
  auto chunk = [](const Fields* trailers) {
    std::string out(weir::http::last_chunk_bound(trailers), '?');
    char* end = weir::http::write_last_chunk(out.data(), trailers);
    REQUIRE(end <= out.data() + out.size());
    out.resize(static_cast<std::size_t>(end - out.data()));
    return out;
  };
  CHECK(chunk(nullptr) == "0\r\n\r\n");
  Arena arena;
  Fields trailers;
  CHECK(chunk(&trailers) == "0\r\n\r\n");
  trailers.add(arena, "Sum", "1");
  trailers.add(arena, "Content-Length", "1");
  trailers.add(arena, "Other", "");
  CHECK(chunk(&trailers) == "0\r\nSum: 1\r\nOther: \r\n\r\n");
}
