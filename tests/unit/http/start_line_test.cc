#include "http/start_line.h"

#include <doctest/doctest.h>

#include <string>

#include "http/method.h"

using std::string_view_literals::operator""sv;  // NOLINT(misc-unused-using-decls): not seen in
                                                // literals
using weir::http::Reason;
using weir::http::StartLine;
using weir::http::Version;

namespace {

Reason request(std::string_view line) {
  StartLine out;
  return weir::http::parse_request_line(line, out);
}

Reason status(std::string_view line) {
  StartLine out;
  return weir::http::parse_status_line(line, out);
}

}  // namespace

TEST_CASE("a request line is told by offsets") {
  StartLine out;
  std::string_view line = "QUERY /a?b HTTP/1.0";
  REQUIRE(weir::http::parse_request_line(line, out) == Reason::kNone);
  CHECK(line.substr(0, out.method_size) == "QUERY");
  CHECK(line.substr(out.target_begin, out.target_size) == "/a?b");
  CHECK(out.version == Version::kHttp10);
}

TEST_CASE("a request line has three parts and two spaces") {
  for (std::string_view line :
       {"", "GET", "GET ", "GET /", "GET / ", " GET / HTTP/1.1", "GET  / HTTP/1.1",
        "GET /  HTTP/1.1", "GET / HTTP/1.1 ", "GET / x HTTP/1.1", "GET\t/ HTTP/1.1",
        "GET / HTTP/1.", "GET / HTTP/11", "GET / HTTP/1.1x", "GET / HTTP/x.1", "GET / HTTP/1,1",
        "GET / HTTP 1.1", "GET / RTSP/1.0", "G\"T / HTTP/1.1"}) {
    INFO(line);
    CHECK(request(line) == Reason::kBadRequest);
  }
}

TEST_CASE("well-formed versions other than 1.0 and 1.1 are told apart from garbage") {
  for (std::string_view version : {"0.9", "1.2", "1.9", "2.0", "3.0"}) {
    CHECK(request("GET / HTTP/" + std::string(version)) == Reason::kVersion);
  }
}

TEST_CASE("CONNECT is not implemented, a method over its bound neither") {
  CHECK(request("CONNECT a:1 HTTP/1.1") == Reason::kMethodNotImplemented);
  CHECK(request(std::string(weir::http::kMethodMax, 'M') + " / HTTP/1.1") == Reason::kNone);
  CHECK(request(std::string(weir::http::kMethodMax + 1, 'M') + " / HTTP/1.1") ==
        Reason::kMethodNotImplemented);
}

TEST_CASE("what cannot become a message is told at its first bytes") {
  using weir::http::check_method;
  using weir::http::check_status;
  CHECK(check_method("") == Reason::kNone);
  CHECK(check_method("GE") == Reason::kNone);
  CHECK(check_method("GET \x01") == Reason::kNone);
  CHECK(check_method("\x16\x03") == Reason::kBadRequest);
  CHECK(check_method(" ") == Reason::kBadRequest);
  CHECK(check_method("GET\r") == Reason::kBadRequest);
  for (std::size_t size = 0; size <= 7; ++size)
    CHECK(check_status("HTTP/1.1"sv.substr(0, size)) == Reason::kNone);
  CHECK(check_status("HTTQ") == Reason::kBadRequest);
  CHECK(check_status("<") == Reason::kBadRequest);
}

TEST_CASE("a status line is told by offsets") {
  StartLine out;
  std::string_view line = "HTTP/1.1 418 I'm a teapot";
  REQUIRE(weir::http::parse_status_line(line, out) == Reason::kNone);
  CHECK(out.status == 418);
  CHECK(line.substr(out.reason_begin) == "I'm a teapot");
  CHECK(status("HTTP/1.0 200") == Reason::kNone);
  CHECK(status("HTTP/1.0 200 ") == Reason::kNone);
}

TEST_CASE("a status line in doubt is refused") {
  for (std::string_view line :
       {""sv, "HTTP/1.1"sv, "HTTP/1.1 "sv, "HTTP/1.1 20"sv, "HTTP/1.1 099"sv, "HTTP/1.1 600"sv,
        "HTTP/1.1 2000"sv, "HTTP/1.1 +20"sv, "HTTP/1.1  200"sv, "HTTP/1.1-200"sv, "HTTP/1.1 200-"sv,
        "HTTP/1.2 200"sv, "HTTP/2.0 200"sv, "http/1.1 200"sv, "HTTP/1.1 200 a\rb"sv,
        "HTTP/1.1 200 \0"sv, "HTTP/1.1 200 \x7f"sv}) {
    INFO(line);
    CHECK(status(line) == Reason::kBadRequest);
  }
}
