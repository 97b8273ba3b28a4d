#include "proxy/attempt.h"

#include <doctest/doctest.h>

#include "stage.h"

namespace weir::proxy {

using http::Reason;
using upstream::FailureKind;

TEST_CASE("the client is told 502 where a try failed and 504 where it was late") {
  CHECK(failure_of(FailureKind::kConnect).status == 502);
  CHECK(failure_of(FailureKind::kReset).status == 502);
  CHECK(failure_of(FailureKind::kMalformed).status == 502);
  CHECK(failure_of(FailureKind::kConnectTimeout).status == 504);
  CHECK(failure_of(FailureKind::kTimeout).status == 504);
  CHECK(failure_of(FailureKind::kTimeout).reason == Reason::kUpstreamTimeout);
  CHECK(failure_of(FailureKind::kCut).reason == Reason::kUpstreamCut);
}

TEST_CASE("the client is told 503 where weir itself has nothing to connect with") {
  auto of = [](net::StreamError error) { return failure_of(FailureKind::kLocal, error); };
  CHECK(of(net::StreamError::kNoDescriptors).reason == Reason::kNoDescriptors);
  CHECK(of(net::StreamError::kNoPorts).reason == Reason::kNoPorts);
  CHECK(of(net::StreamError::kNoMemory).reason == Reason::kNoMemory);
  CHECK(of(net::StreamError::kNoPorts).status == 503);
  CHECK(of(net::StreamError::kNoPorts).retry_after_s == 1);
}

TEST_CASE("only blamed failures tell against the endpoint's health") {
  Stage stage(2);
  stage.options.max_fails = 1;
  stage.build();
  upstream::EndpointSlot* slot = stage.pool->pick({}, stage.time.now()).slot;
  REQUIRE(slot != nullptr);
  Attempt attempt(*stage.pool, *slot, stage.time.now());
  attempt.count_failure(FailureKind::kStatus, stage.time.now(), false);
  CHECK(!slot->endpoint->ejected(stage.time.now()));
  CHECK(slot->endpoint->last_failure() == FailureKind::kCount);
  attempt.count_failure(FailureKind::kReset, stage.time.now(), true);
  CHECK(slot->endpoint->ejected(stage.time.now()));
  CHECK(slot->endpoint->last_failure() == FailureKind::kReset);
  CHECK(stage.failures(FailureKind::kStatus) == 1);
  CHECK(stage.failures(FailureKind::kReset) == 1);
}

TEST_CASE("the first byte is counted once, from the time the head was sent") {
  Stage stage;
  stage.build();
  upstream::EndpointSlot* slot = stage.pool->pick({}, stage.time.now()).slot;
  Attempt attempt(*stage.pool, *slot, 1'000);
  attempt.count_sent(2'000);
  attempt.count_first_byte(5'000);
  attempt.count_first_byte(9'000);
  CHECK(stage.stats().first_byte.sum_seconds() == doctest::Approx(3e-6));
  CHECK(stage.stats().first_byte.bucket(0) == 1);
}

}  // namespace weir::proxy
