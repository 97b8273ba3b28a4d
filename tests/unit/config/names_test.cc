#include "config/names.h"

#include <doctest/doctest.h>

#include <regex>
#include <string>

#include "config/sections.h"

namespace weir::config {

TEST_CASE("upstream names are words") {
  for (const char* good : {"app", "users-v2", "a.b_c", "9"})
    CHECK(upstream_name_fault(good).empty());
  for (const char* bad : {"", "my app", "a/b", "größe", "a\"b"})
    CHECK(!upstream_name_fault(bad).empty());
  CHECK(upstream_name_fault(std::string(64, 'a')).empty());
  CHECK(!upstream_name_fault(std::string(65, 'a')).empty());
}

TEST_CASE("the pattern that editors see takes the names that weir takes") {
  std::regex pattern{std::string(kUpstreamNamePattern)};
  for (const std::string& name :
       {std::string("app"), std::string("users-v2"), std::string("a.b_c"), std::string("9"),
        std::string(), std::string("my app"), std::string("a/b"), std::string("größe"),
        std::string("a\"b"), std::string(64, 'a'), std::string(65, 'a')}) {
    CAPTURE(name);
    CHECK(std::regex_match(name, pattern) == upstream_name_fault(name).empty());
  }
}

TEST_CASE("the patterns that editors see take the addresses that weir takes") {
  std::regex listen{std::string(kListenPattern)};
  std::regex backend{std::string(kBackendPattern)};
  for (const std::string text :
       {"80", ":80", "0", "127.0.0.1:0", "[::1]:80", "[::]:65535", "a_b.c-d:1",
        "unix:/run/a b.sock", "[::ffff:10.0.0.1]:80", "localhost:9900"}) {
    CAPTURE(text);
    CHECK(net::parse_address(text));
    CHECK(std::regex_match(text, listen));
    bool has_host = text[0] != ':' && text.find(':') != std::string::npos && !text.ends_with(":0");
    CHECK(std::regex_match(text, backend) == has_host);
  }
  for (const std::string text : {"", "localhost", "::1:80", "[::1]", "http://a:80", "a:80, b:80",
                                 "010", "a:99999999", "unix:run", "$PORT", "-8080"}) {
    CAPTURE(text);
    CHECK(!std::regex_match(text, listen));
    CHECK(!std::regex_match(text, backend));
  }
}

TEST_CASE("route names are labels") {
  for (const char* good : {"orders", "all /orders/", "größe", "~ ^/a{2}$"})
    CHECK(route_name_fault(good).empty());
  for (const char* bad : {"", "a\"b", "a'b", "a\\b", "a\nb", "a\tb"})
    CHECK(!route_name_fault(bad).empty());
}

TEST_CASE("a route without name is called by its host and path") {
  CHECK(route_name("", "") == "default");
  CHECK(route_name("", "/orders/") == "/orders/");
  CHECK(route_name("shop.example.com", "/orders/") == "shop.example.com/orders/");
  CHECK(route_name("shop.example.com", "") == "shop.example.com");
  CHECK(route_name("a.example", "= /x") == "a.example = /x");
}

TEST_CASE("a made name is a label, whatever the path") {
  std::string long_path = "/" + std::string(126, 'a') + "üü";
  for (const std::string& path :
       {std::string("~ ^/\\d+'\"$"), long_path, "/" + std::string(500, 'b')})
    CHECK(route_name_fault(route_name("", path)).empty());
  CHECK(route_name("", long_path) == "/" + std::string(126, 'a'));
}

}  // namespace weir::config
