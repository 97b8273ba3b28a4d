#include "routing/method_set.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace weir::routing {
namespace {

MethodSet of(const std::vector<std::string>& tokens) {
  MethodSet set;
  for (const auto& token : tokens) REQUIRE(set.add(token));
  return set;
}

bool has(const MethodSet& set, std::string_view token) {
  return set.contains(http::method_of(token), token);
}

std::string text(const MethodSet& set) {
  base::Arena arena;
  return std::string(set.text(arena));
}

TEST_CASE("a set has what was added, and GET takes HEAD along") {
  auto set = of({"GET", "PROPFIND"});
  CHECK(has(set, "GET"));
  CHECK(has(set, "HEAD"));
  CHECK(has(set, "PROPFIND"));
  CHECK_FALSE(has(set, "POST"));
  CHECK_FALSE(has(set, "PROPPATCH"));
  CHECK_FALSE(has(set, "propfind"));
  CHECK_FALSE(has(of({"HEAD"}), "GET"));
  CHECK_FALSE(set.empty());
  CHECK(MethodSet().empty());
  CHECK_FALSE(of({"X"}).empty());
}

TEST_CASE("Allow lists each method once, those that weir knows first") {
  CHECK(text(MethodSet()) == "");
  CHECK(text(of({"GET"})) == "GET, HEAD");
  CHECK(text(of({"PURGE", "POST", "GET", "HEAD", "PURGE"})) == "GET, HEAD, POST, PURGE");
  auto set = of({"PURGE", "GET"});
  set.add(of({"BAN", "PURGE", "DELETE"}));
  CHECK(text(set) == "GET, HEAD, DELETE, PURGE, BAN");
}

TEST_CASE("what is no method is refused, and the error says why") {
  struct Row {
    std::string token;
    std::string_view says;
  };
  for (const auto& row : std::vector<Row>{{"", "is no method"},
                                          {"A B", "is no method"},
                                          {"GET,", "is no method"},
                                          {"get", "capitals"},
                                          {"Get", "capitals"},
                                          {"CONNECT", "does not serve"},
                                          {std::string(33, 'A'), "longer"}}) {
    CAPTURE(row.token);
    MethodSet set;
    auto added = set.add(row.token);
    REQUIRE_FALSE(added.ok());
    CHECK_MESSAGE(added.error().text.find(row.says) != std::string::npos, added.error().text);
    CHECK(set.empty());
  }
}

}  // namespace
}  // namespace weir::routing
