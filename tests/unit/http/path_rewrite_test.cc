#include "http/path_rewrite.h"

#include <doctest/doctest.h>

#include "http/target.h"

namespace weir::http {

namespace {

PathRewrite made(const RewriteOptions& options) {
  auto compiled = PathRewrite::compile(options);
  REQUIRE_MESSAGE(compiled.ok(), compiled.error().text);
  return std::move(compiled.value());
}

std::string error_of(const RewriteOptions& options) {
  auto compiled = PathRewrite::compile(options);
  REQUIRE_FALSE(compiled.ok());
  return compiled.error().text;
}

// What a request for `target` asks the backend for; "-": as it came.
std::string sent(const PathRewrite& rewrite, std::string_view target) {
  base::Arena arena;
  RequestHead head;
  head.method = target == "*" ? Method::kOptions : Method::kGet;
  head.target = target;
  REQUIRE(parse_target(head, arena) == Reason::kNone);
  auto out = rewrite.target(head, arena);
  return out.empty() ? "-" : std::string(out);
}

std::string undone(const PathRewrite& rewrite, std::string_view path) {
  base::Arena arena;
  return std::string(rewrite.undo(path, arena));
}

}  // namespace

TEST_CASE("a prefix is taken off at the end of a segment only") {
  auto rewrite = made({.strip_prefix = "/orders"});
  CHECK(sent(rewrite, "/orders/7?a=b") == "/7?a=b");
  CHECK(sent(rewrite, "/orders") == "/");
  CHECK(sent(rewrite, "/orders/") == "/");
  CHECK(sent(rewrite, "/orders?x") == "/?x");
  CHECK(sent(rewrite, "/ordersx/7") == "-");
  CHECK(sent(rewrite, "/other") == "-");
  CHECK(sent(rewrite, "*") == "-");
  auto with_slash = made({.strip_prefix = "/orders/"});
  CHECK(sent(with_slash, "/orders/7") == "/7");
  CHECK(sent(with_slash, "/orders") == "/");
}

TEST_CASE("a prefix is put in front, behind the one that goes") {
  auto rewrite = made({.strip_prefix = "/orders", .add_prefix = "/v2/"});
  CHECK(sent(rewrite, "/orders/7") == "/v2/7");
  CHECK(sent(rewrite, "/orders") == "/v2/");
  CHECK(sent(rewrite, "/x") == "/v2/x");
}

TEST_CASE("what matches is replaced, by text and groups, and nothing else is") {
  auto rewrite = made({.pattern = "^/old/([^/]+)/(.*)", .replacement = "/new/$2/of/$1"});
  CHECK(sent(rewrite, "/old/a/b/c?q") == "/new/b/c/of/a?q");
  CHECK(sent(rewrite, "/new/a") == "-");
  CHECK(sent(made({.pattern = "beta", .replacement = "b"}), "/x/beta/beta") == "/x/b/beta");
  CHECK(sent(made({.pattern = "$", .replacement = "/end"}), "/x") == "/x/end");
  CHECK(sent(made({.pattern = "(q)?$", .replacement = "/$1."}), "/x") == "/x/");
}

TEST_CASE("the order is: strip, add, replace") {
  auto rewrite = made(
      {.strip_prefix = "/a", .add_prefix = "/b", .pattern = "^/b/(.*)$", .replacement = "/c/$1"});
  CHECK(sent(rewrite, "/a/x") == "/c/x");
}

TEST_CASE("a query in the replacement goes before the request's own, or in its place") {
  auto rewrite = made({.pattern = "^/item/([0-9]+)$", .replacement = "/get?id=$1"});
  CHECK(sent(rewrite, "/item/7?x=1") == "/get?id=7&x=1");
  CHECK(sent(rewrite, "/item/7") == "/get?id=7");
  auto alone = made({.pattern = "^/item/([0-9]+)$", .replacement = "/get?id=$1?"});
  CHECK(sent(alone, "/item/7?x=1") == "/get?id=7");
  auto none = made({.pattern = "^/item/([0-9]+)$", .replacement = "/get/$1?"});
  CHECK(sent(none, "/item/7?x=1") == "/get/7");
}

TEST_CASE("the normal form is what is rewritten and sent") {
  auto rewrite = made({.strip_prefix = "/a"});
  CHECK(sent(rewrite, "//a/%7Eb/./c%2fd") == "/~b/c%2Fd");
  CHECK(sent(made({.pattern = "^/x", .replacement = "y"}), "/x/z") == "/y/z");
  CHECK(sent(made({.pattern = "^/x/(.*)$", .replacement = "/$1//b"}), "/x/a") == "/a/b");
}

TEST_CASE("what comes out as no path is not sent") {
  CHECK(sent(made({.pattern = "^/x(.*)$", .replacement = "/..$1"}), "/x/a") == "-");
}

TEST_CASE("a backend's path is undone by its prefixes") {
  auto rewrite = made({.strip_prefix = "/orders", .add_prefix = "/v2"});
  CHECK(undone(rewrite, "/v2/7") == "/orders/7");
  CHECK(undone(rewrite, "/v2") == "/orders/");
  CHECK(undone(rewrite, "/other") == "/orders/other");
  CHECK(undone(made({.pattern = "a", .replacement = "b"}), "/b") == "/b");
}

TEST_CASE("what is wrong is told at load") {
  CHECK(error_of({.strip_prefix = "orders"}) == "'orders': a prefix begins with '/'");
  CHECK(error_of({.add_prefix = "/a?b"}) == "'/a?b': a prefix holds no blank, '?' or '#'");
  CHECK(error_of({.add_prefix = "/a//b"}) ==
        "'/a//b': a prefix is in the normal form of paths, here '/a/b'");
  CHECK(error_of({.strip_prefix = "/%zz"}) == "'/%zz': a prefix is a valid path");
  CHECK(error_of({.pattern = "(a", .replacement = "b"}).find("missing") != std::string::npos);
  CHECK(error_of({.pattern = "(a)", .replacement = "$2"}) ==
        "'$2' is not there: the regex has groups up to $1");
  CHECK(error_of({.pattern = "(a)", .replacement = "$host"}) ==
        "'$' wants the number of a group behind it, $1 to $9");
  CHECK(error_of({.pattern = "a", .replacement = "b c"}) ==
        "'b c' holds a blank or a '#', which no path has");
}

}  // namespace weir::http
