#include "http/host.h"

#include <doctest/doctest.h>

using std::string_view_literals::operator""sv;  // NOLINT(misc-unused-using-decls): not seen in
                                                // literals
using weir::http::Host;
using weir::http::Reason;

namespace {

struct Parsed {
  weir::base::Arena arena;
  Host host;
  Reason reason;
  explicit Parsed(std::string_view text) : reason(weir::http::parse_host(text, arena, host)) {}
};

}  // namespace

TEST_CASE("a host is told in lower case, without port and trailing dot") {
  struct Row {
    std::string_view text, host, port;
  };
  for (const Row& row :
       {Row{"a", "a", ""}, Row{"A.B:80", "a.b", "80"}, Row{"a.:1", "a", "1"}, Row{"a:", "a", ""},
        Row{"10.0.0.1:65535", "10.0.0.1", "65535"}, Row{"[::1]", "[::1]", ""},
        Row{"[FE80::A]:8", "[fe80::a]", "8"}, Row{"[::ffff:1.2.3.4]", "[::ffff:1.2.3.4]", ""},
        Row{"a%41b", "a%41b", ""}, Row{"x_y-z~!$&'()*+,;=", "x_y-z~!$&'()*+,;=", ""}}) {
    INFO(row.text);
    Parsed parsed(row.text);
    CHECK(parsed.reason == Reason::kNone);
    CHECK(parsed.host.host == row.host);
    CHECK(parsed.host.port == row.port);
  }
}

TEST_CASE("a host that needs no change is not copied") {
  std::string_view text = "www.example.com:8080";
  Parsed parsed(text);
  CHECK(parsed.host.host.data() == text.data());
  CHECK(parsed.arena.held() == 0);
}

TEST_CASE("what is no host is refused") {
  for (std::string_view text : {""sv,
                                ":"sv,
                                ":80"sv,
                                "."sv,
                                ".:80"sv,
                                "a:b"sv,
                                "a:80:80"sv,
                                "a:-1"sv,
                                "a:65536"sv,
                                "a:000080"sv,
                                "a: 80"sv,
                                "u@a"sv,
                                "a/"sv,
                                "a?"sv,
                                "a#"sv,
                                "a\\b"sv,
                                "a b"sv,
                                "a\tb"sv,
                                "a\0b"sv,
                                "a%4"sv,
                                "a%zz"sv,
                                "\x80"sv,
                                "["sv,
                                "[]"sv,
                                "[a]"sv,
                                "[::1"sv,
                                "[::1]a"sv,
                                "[::1]:a"sv,
                                "[::1%25eth0]"sv,
                                "[v1.a]"sv,
                                "[::1\0]"sv,
                                "::1"sv,
                                "a]"sv,
                                "[11111:2222:3333:4444:5555:6666:7777:8888:9999:0000]"sv}) {
    INFO(text);
    CHECK(Parsed(text).reason == Reason::kBadHost);
  }
}
