#include "http/pairs.h"

#include <doctest/doctest.h>

#include <functional>
#include <string>
#include <vector>

namespace weir::http {
namespace {

// "name=value" of each pair, "name" alone where it has no value.
class Seen {
 public:
  bool operator()(const Pair& pair) {
    std::string text(pair.name);
    if (pair.has_value) text.append("=").append(pair.value);
    all.push_back(text);
    return false;
  }
  std::vector<std::string> all;
};

std::vector<std::string> parameters(std::string_view query) {
  Seen seen;
  CHECK_FALSE(each_parameter(query, std::ref(seen)));
  return seen.all;
}

std::string decoded(std::string_view text) {
  std::string made(text.size(), '\0');
  made.resize(static_cast<std::size_t>(decode_form(made.data(), text) - made.data()));
  return made;
}

TEST_CASE("the parameters of a query are told in order, as received, without empty ones") {
  using Texts = std::vector<std::string>;
  CHECK(parameters("").empty());
  CHECK(parameters("&&").empty());
  CHECK(parameters("a=1&b&c=") == Texts{"a=1", "b", "c="});
  CHECK(parameters("&a==x=&=v&a=%20+") == Texts{"a==x=", "=v", "a=%20+"});
}

TEST_CASE("whoever says true to a pair hears of no other") {
  int count = 0;
  CHECK(each_parameter("a=1&b=2&c=3", [&](const Pair& pair) {
    ++count;
    return pair.name == "b";
  }));
  CHECK(count == 2);
}

TEST_CASE("cookies are told over all Cookie fields, with or without blanks between them") {
  base::Arena arena;
  Fields fields;
  fields.add(arena, "Cookie", "a=1; b=\"2\";c=3;; d");
  fields.add(arena, "X-Cookie", "no=1");
  fields.add(arena, "cookie", " e=x=y ;");
  Seen seen;
  each_cookie(fields, std::ref(seen));
  CHECK(seen.all == std::vector<std::string>{"a=1", "b=\"2\"", "c=3", "d", "e=x=y"});
}

TEST_CASE("form encoding is undone byte by byte, and what is no escape stays") {
  CHECK(decoded("") == "");
  CHECK(decoded("plain") == "plain");
  CHECK(decoded("a+b%20c%2Bd%2b") == "a b c+d+");
  CHECK(decoded("%C3%A9") == "\xc3\xa9");
  CHECK(decoded("100%") == "100%");
  CHECK(decoded("%4") == "%4");
  CHECK(decoded("%zz%4g%%41") == "%zz%4g%A");
}

TEST_CASE("memory for decoding is taken only where something is encoded, and given back") {
  base::Arena arena(64);
  auto is = [&](std::string_view text, std::string_view wanted) {
    return with_decoded(text, arena, [&](std::string_view value) { return value == wanted; });
  };
  CHECK(is("abc", "abc"));
  CHECK(arena.held() == 0);
  for (int i = 0; i < 100; ++i) CHECK(is("%61+b", "a b"));
  CHECK_FALSE(is("%61", "b"));
  CHECK(arena.held() == 64);
}

}  // namespace
}  // namespace weir::http
