#include "upstream/endpoint_set.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace weir::upstream {

namespace {

Resolved at(const std::string& host, std::uint16_t port, const std::vector<std::string>& ips,
            unsigned weight = 1) {
  Resolved one;
  one.options.address = {host, port, false};
  one.options.weight = weight;
  for (const auto& ip : ips) one.addresses.push_back(net::literal({ip, port, false}).value());
  return one;
}

std::vector<std::string> texts(const EndpointSet& set) {
  std::vector<std::string> all;
  for (const Member& member : set.members()) all.push_back(member.endpoint->text());
  return all;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("a name with one address keeps its name, one with several is an endpoint for each") {
  auto pool = base::make_shared_ref<ObservedPool>("app", 1U);
  auto set = EndpointSet::build(pool,
                                {at("one.test", 80, {"10.0.0.1"}), at("none.test", 80, {}),
                                 at("two.test", 81, {"10.0.0.2", "10.0.0.3"}, 7)},
                                nullptr);
  CHECK(texts(*set) == Texts{"one.test:80", "10.0.0.2:81", "10.0.0.3:81"});
  CHECK(set->members()[1].weight == 7);
  CHECK(set->members()[2].weight == 7);
}

TEST_CASE("endpoints that stay are the same objects, also with other options and another place") {
  auto pool = base::make_shared_ref<ObservedPool>("app", 1U);
  auto before = EndpointSet::build(pool, {at("a", 80, {"10.0.0.1", "10.0.0.2"})}, nullptr);
  auto after = EndpointSet::build(pool, {at("a", 80, {"10.0.0.2", "10.0.0.3"}, 5)}, before.get());
  CHECK(texts(*after) == Texts{"10.0.0.2:80", "10.0.0.3:80"});
  CHECK(after->members()[0].endpoint.get() == before->members()[1].endpoint.get());
  CHECK(after->members()[0].weight == 5);
  CHECK(before->members()[1].weight == 1);
}

TEST_CASE("a name that moved to another address is another endpoint") {
  auto pool = base::make_shared_ref<ObservedPool>("app", 1U);
  auto before = EndpointSet::build(pool, {at("a", 80, {"10.0.0.1"})}, nullptr);
  auto after = EndpointSet::build(pool, {at("a", 80, {"10.0.0.2"})}, before.get());
  CHECK(texts(*before) == texts(*after));
  CHECK(after->members()[0].endpoint.get() != before->members()[0].endpoint.get());
}

TEST_CASE("an endpoint stays while its name gets more addresses, and when all others are gone") {
  auto pool = base::make_shared_ref<ObservedPool>("app", 1U);
  auto one = EndpointSet::build(pool, {at("a", 80, {"10.0.0.1"})}, nullptr);
  auto two = EndpointSet::build(pool, {at("a", 80, {"10.0.0.1", "10.0.0.2"})}, one.get());
  CHECK(texts(*two) == Texts{"a:80", "10.0.0.2:80"});
  CHECK(two->members()[0].endpoint.get() == one->members()[0].endpoint.get());
  auto other = EndpointSet::build(pool, {at("a", 80, {"10.0.0.2"})}, two.get());
  CHECK(texts(*other) == Texts{"10.0.0.2:80"});
  CHECK(other->members()[0].endpoint.get() == two->members()[1].endpoint.get());
  auto moved = EndpointSet::build(pool, {at("a", 80, {"10.0.0.3"})}, other.get());
  CHECK(texts(*moved) == Texts{"a:80"});
}

TEST_CASE("an endpoint is not taken from who goes by its text now") {
  auto pool = base::make_shared_ref<ObservedPool>("app", 1U);
  auto before = EndpointSet::build(pool, {at("10.0.0.1", 80, {"10.0.0.1"})}, nullptr);
  auto after = EndpointSet::build(
      pool, {at("a", 80, {"10.0.0.1"}), at("10.0.0.1", 80, {"10.0.0.1"})}, before.get());
  CHECK(texts(*after) == Texts{"a:80", "10.0.0.1:80"});
  CHECK(after->members()[1].endpoint.get() == before->members()[0].endpoint.get());
  CHECK(after->members()[0].endpoint.get() != before->members()[0].endpoint.get());
}

TEST_CASE("one address by two names is one endpoint") {
  auto pool = base::make_shared_ref<ObservedPool>("app", 1U);
  auto set = EndpointSet::build(
      pool, {at("a", 80, {"10.0.0.1", "10.0.0.2"}), at("b", 80, {"10.0.0.2", "10.0.0.3"})},
      nullptr);
  CHECK(texts(*set) == Texts{"10.0.0.1:80", "10.0.0.2:80", "10.0.0.3:80"});
}

}  // namespace weir::upstream
