#include "config/nearest.h"

#include <doctest/doctest.h>

#include <initializer_list>
#include <string>

namespace weir::config {

namespace {

std::string_view find(std::string_view word, std::initializer_list<std::string_view> candidates) {
  Nearest nearest(word);
  for (std::string_view candidate : candidates) nearest.offer(candidate);
  return nearest.found();
}

}  // namespace

TEST_CASE("edits are counted, a swap as one") {
  CHECK(edit_distance("", "") == 0);
  CHECK(edit_distance("abc", "abc") == 0);
  CHECK(edit_distance("", "abc") == 3);
  CHECK(edit_distance("abc", "abd") == 1);
  CHECK(edit_distance("wieght", "weight") == 1);
  CHECK(edit_distance("max_fail", "max_fails") == 1);
  CHECK(edit_distance("kitten", "sitting") == 3);
  CHECK(edit_distance(std::string(65, 'a'), "a") == SIZE_MAX);
}

TEST_CASE("the nearest word is found, and none that is far") {
  CHECK(find("apy", {"web", "api", "app"}) == "api");
  CHECK(find("upsteams", {"upstreams", "routes"}) == "upstreams");
  CHECK(find("Listen", {"listen", "limits"}) == "listen");
  CHECK(find("max-fails", {"max_fails"}) == "max_fails");
  CHECK(find("balance", {"endpoints", "retry", "keepalive"}).empty());
  CHECK(find("a", {"b"}).empty());
  CHECK(find("", {"on"}).empty());
  CHECK(find(std::string(100, 'a'), {"a"}).empty());
}

TEST_CASE("the hint asks") {
  Nearest nearest("apy");
  CHECK(nearest.hint().empty());
  nearest.offer("api");
  CHECK(nearest.hint() == "did you mean 'api'?");
}

}  // namespace weir::config
