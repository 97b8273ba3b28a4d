#include <doctest/doctest.h>

#include "unit/backend/asked.h"

namespace weir::backend {
namespace {

std::string record_of(Place& place, const std::string& target) {
  Asked asked(place, "GET", target);
  CHECK(asked.ask().status == 200);
  return asked.text;
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a record is the same for the same id, whoever tells it") {
  Place one;
  Place other;
  for (auto target : {"/users/42", "/orders/42", "/payments/42"}) {
    CHECK(record_of(one, target) == record_of(one, target));
    CHECK(record_of(one, target) == record_of(other, target));
  }
  CHECK(record_of(one, "/users/42") != record_of(one, "/users/43"));
}

TEST_CASE("records have the fields of their kind") {
  Place place;
  std::string user = record_of(place, "/users/42");
  CHECK(user.starts_with("{\"id\":42,\"name\":\""));
  CHECK(has(user, "@example.com\""));
  CHECK(user.ends_with("\"instance\":\"a\"}\n"));
  CHECK(has(record_of(place, "/orders/42"), "\"total_cents\":"));
  CHECK(has(record_of(place, "/payments/42"), "\"amount_cents\":"));
}

TEST_CASE("an id that is no number all readers agree on is a text") {
  Place place;
  CHECK(record_of(place, "/users/0").starts_with("{\"id\":0,"));
  CHECK(record_of(place, "/users/007").starts_with("{\"id\":\"007\","));
  CHECK(record_of(place, "/users/ann").starts_with("{\"id\":\"ann\","));
  CHECK(record_of(place, "/users/1234567890123456").starts_with("{\"id\":\"1234567890123456\","));
}

TEST_CASE("a path without an id, or with a long one, is 404") {
  Place place;
  for (const std::string& target :
       {std::string("/users/"), std::string("/users/1/2"), "/users/" + std::string(129, 'x')}) {
    Asked asked(place, "GET", target);
    CHECK(asked.ask().status == 404);
  }
  CHECK(record_of(place, "/users/" + std::string(128, 'x')).size() > 128);
}

}  // namespace weir::backend
