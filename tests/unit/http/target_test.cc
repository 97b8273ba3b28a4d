#include "http/target.h"

#include <doctest/doctest.h>

#include <random>
#include <string>

using weir::http::NormalPath;
using weir::http::Reason;
using weir::http::RequestHead;

namespace {

std::string normal(std::string_view path) {
  weir::base::Arena arena;
  NormalPath out;
  Reason reason = weir::http::normalize_path(path, arena, out);
  return reason == Reason::kNone ? std::string(out.text) : std::string(weir::http::text_of(reason));
}

bool has_dots(std::string_view path) {
  weir::base::Arena arena;
  NormalPath out;
  CHECK(weir::http::normalize_path(path, arena, out) == Reason::kNone);
  return out.had_dots;
}

}  // namespace

TEST_CASE("a path has one normal form") {
  CHECK(normal("/") == "/");
  CHECK(normal("//") == "/");
  CHECK(normal("/a//b///") == "/a/b/");
  CHECK(normal("/%41%2d%5f%7E") == "/A-_~");
  CHECK(normal("/%2f%5c%3a%c3%a9") == "/%2F%5C%3A%C3%A9");
  CHECK(normal("/a/.") == "/a/");
  CHECK(normal("/a/./b") == "/a/b");
  CHECK(normal("/a/..") == "/");
  CHECK(normal("/a/b/../..") == "/");
  CHECK(normal("/a/b/../../c/") == "/c/");
  CHECK(normal("/a//../b") == "/b");
  CHECK(normal("/a/%2E%2e/b") == "/b");
  CHECK(normal("/a/.%2e") == "/");
  CHECK(normal("/...") == "/...");
  CHECK(normal("/.a/a./..a/a..") == "/.a/a./..a/a..");
  CHECK(normal("/%252e%252e/") == "/%252e%252e/");
  CHECK(normal("/a;x=../b") == "/a;x=../b");
}

TEST_CASE("a path that leaves the root or hides bytes is refused") {
  for (std::string_view path : {"/..", "/../", "/a/../..", "//..", "/./..", "/%2e%2e", "/a/..//..",
                                "/%", "/%4", "/%4g", "/%g4", "/%00", "/a%00"}) {
    INFO(path);
    CHECK(normal(path) == "bad_path");
  }
}

TEST_CASE("only dot segments make a path be rewritten") {
  CHECK(has_dots("/a/./b"));
  CHECK(has_dots("/a/%2e"));
  CHECK(has_dots("/a/b/.."));
  CHECK_FALSE(has_dots("//a"));
  CHECK_FALSE(has_dots("/%41"));
  CHECK_FALSE(has_dots("/.well-known/x"));
}

TEST_CASE("a path in normal form is not copied") {
  weir::base::Arena arena;
  NormalPath out;
  std::string_view path = "/a/b-c/d.e";
  CHECK(weir::http::normalize_path(path, arena, out) == Reason::kNone);
  CHECK(out.text.data() == path.data());
  CHECK(arena.held() == 0);
}

TEST_CASE("the normal form is its own normal form, and holds no dot segments") {
  std::mt19937 random(7);
  constexpr std::string_view kParts[] = {"/",   "//",  ".", "..",  "%2e", "%2E",
                                         "%2f", "%5C", "a", "%61", "b%20"};
  for (int round = 0; round < 20000; ++round) {
    std::string path = "/";
    for (unsigned n = random() % 8; n > 0; --n) path += kParts[random() % std::size(kParts)];
    std::string once = normal(path);
    INFO(path);
    if (once == "bad_path") continue;
    CHECK(normal(once) == once);
    CHECK_FALSE(has_dots(once));
    CHECK(once.find("//") == std::string::npos);
    CHECK(once.size() <= path.size());
  }
}

TEST_CASE("targets are split by their form") {
  weir::base::Arena arena;
  RequestHead head;
  head.target = "http://A:1/x//y?q?r";
  CHECK(weir::http::parse_target(head, arena) == Reason::kNone);
  CHECK(head.authority == "A:1");
  CHECK(head.path == "/x//y");
  CHECK(head.normal_path == "/x/y");
  CHECK(head.has_query);
  CHECK(head.query == "q?r");
  for (std::string_view target :
       {"", "a", "*", "a:80", "http:/a", "://a/", "ws://a/", "/ ", "/#", "/\x7f"}) {
    RequestHead other;
    other.target = target;
    INFO(target);
    CHECK(weir::http::parse_target(other, arena) == Reason::kBadRequest);
  }
  RequestHead options;
  options.method = weir::http::Method::kOptions;
  options.target = "*";
  CHECK(weir::http::parse_target(options, arena) == Reason::kNone);
  CHECK(options.normal_path == "*");
}
