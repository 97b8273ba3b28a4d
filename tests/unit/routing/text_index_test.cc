#include "routing/text_index.h"

#include <doctest/doctest.h>

#include <string>
#include <utility>

namespace weir::routing {

TEST_CASE("an index finds every entry of its map, and nothing else") {
  for (std::size_t size : {1U, 2U, 3U, 4U, 5U, 1000U}) {
    TextMap<std::size_t> map;
    for (std::size_t i = 0; i < size; ++i) map.emplace("host" + std::to_string(i), i);
    TextIndex<std::size_t> index(map);
    for (std::size_t i = 0; i < size; ++i) {
      const std::size_t* found = index.find("host" + std::to_string(i));
      REQUIRE(found != nullptr);
      CHECK(*found == i);
      CHECK(index.find("hast" + std::to_string(i)) == nullptr);
    }
    CHECK(index.find("") == nullptr);
    CHECK(index.find("host") == nullptr);
    CHECK(index.find(std::string(100, 'a')) == nullptr);
    CHECK(index.longest() == ("host" + std::to_string(size - 1)).size());
    // The map may move.
    TextMap<std::size_t> elsewhere = std::move(map);
    CHECK(index.find("host0") == &elsewhere.at("host0"));
  }
}

TEST_CASE("an index of nothing finds nothing") {
  CHECK(TextIndex<int>().find("a") == nullptr);
  CHECK(TextIndex<int>(TextMap<int>()).find("") == nullptr);
  TextMap<int> map;
  map.emplace("", 1);
  REQUIRE(TextIndex<int>(map).find("") != nullptr);
}

}  // namespace weir::routing
