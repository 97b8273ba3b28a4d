#include "http/named_fields.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <string>

namespace weir::http {

TEST_CASE("what Connection names is found in any case, in every Connection field") {
  base::Arena arena;
  Fields fields;
  fields.add(arena, "Connection", "close, X-One");
  fields.add(arena, "X-One", "1");
  fields.add(arena, "connection", "TE,x-two");
  NamedFields named(fields);
  CHECK(named.any());
  for (const char* name : {"x-one", "X-One", "X-TWO", "te"}) CHECK_MESSAGE(named.has(name), name);
  for (const char* name : {"X", "X-Three", "close", ""}) CHECK_MESSAGE(!named.has(name), name);
}

TEST_CASE("keep-alive and close name no field, and no Connection names none") {
  base::Arena arena;
  Fields fields;
  CHECK(!NamedFields(fields).any());
  fields.add(arena, "Connection", "Keep-Alive, , close");
  CHECK(!NamedFields(fields).any());
}

TEST_CASE("as many are taken down as a head may name") {
  base::Arena arena;
  Fields fields;
  std::string all;
  for (std::size_t i = 0; i < kConnectionOptionsMax; ++i) all += "x" + std::to_string(i) + ",";
  std::string more = all + "y";
  fields.add(arena, "Connection", more);
  NamedFields named(fields);
  CHECK(named.has("x0"));
  CHECK(named.has("x" + std::to_string(kConnectionOptionsMax - 1)));
  CHECK(!named.has("y"));
}

namespace {

// Nanoseconds for each of `count` fields, half of them empty Connection fields, to be looked for.
double cost_of_one(std::size_t count) {
  base::Arena arena;
  Fields fields;
  for (std::size_t i = 0; i < count; ++i)
    fields.add(arena, i % 2 == 0 ? "Connection" : "X-One", "");
  fields.add(arena, "Connection", "a,b,c,d,e,f,g,h");
  double least = 1e9;
  for (int round = 0; round < 10; ++round) {
    auto begin = std::chrono::steady_clock::now();
    NamedFields named(fields);
    std::size_t found = 0;
    for (const Field& field : fields) found += named.has(field.name) ? 1 : 0;
    std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - begin;
    CHECK(found == 0);
    least = std::min(least, took.count() / static_cast<double>(count));
  }
  return least;
}

}  // namespace

TEST_CASE("a field costs the same among a hundred and among 4,000") {
  CHECK(cost_of_one(4000) < 4 * cost_of_one(100));
}

}  // namespace weir::http
