#include "http/fields.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using weir::http::Fields;
using weir::http::Name;

TEST_CASE("fields are found by id and by name in any case, the first one") {
  weir::base::Arena arena;
  Fields fields;
  CHECK(fields.empty());
  CHECK(fields.find(Name::kHost) == nullptr);
  fields.add(arena, "HOST", "a");
  fields.add(arena, "X-Mine", "1");
  fields.add(arena, "x-mine", "2");
  CHECK(fields.value(Name::kHost) == "a");
  CHECK(fields.find("host") == fields.find(Name::kHost));
  REQUIRE(fields.find("X-MINE") != nullptr);
  CHECK(fields.find("X-MINE")->value == "1");
  CHECK(fields.find("X-Min") == nullptr);
  CHECK(fields.value(Name::kDate).empty());
}

TEST_CASE("room that was reserved is taken at once, and kept what was there") {
  weir::base::Arena arena(1000 * sizeof(weir::http::Field));
  Fields fields;
  fields.reserve(arena, 2);
  fields.add(arena, "A", "1");
  fields.add(arena, "B", "2");
  fields.reserve(arena, 1);
  CHECK(fields.size() == 2);
  const weir::http::Field* before = fields.begin();
  fields.reserve(arena, 500);
  CHECK(fields.begin() != before);
  CHECK(fields.find("B")->value == "2");
  before = fields.begin();
  while (fields.size() < 500) fields.add(arena, "C", "3");
  CHECK(fields.begin() == before);
}

TEST_CASE("a name nobody knows is not taken for another one nobody knows") {
  weir::base::Arena arena;
  Fields fields;
  fields.add(arena, "X-One", "1");
  CHECK(fields.find("X-Two") == nullptr);
}

TEST_CASE("fields stay in order while they grow, and copies share them") {
  weir::base::Arena arena;
  std::vector<std::string> names;
  for (int i = 0; i < 200; ++i) names.push_back("N" + std::to_string(i));
  Fields fields;
  for (const std::string& name : names) fields.add(arena, name, name);
  REQUIRE(fields.size() == 200);
  Fields copy = fields;
  std::size_t at = 0;
  for (const auto& field : copy) CHECK(field.name == names[at++]);
  fields.clear();
  CHECK(fields.empty());
  CHECK(copy.size() == 200);
}
