#include "upstream/endpoint.h"

#include <doctest/doctest.h>

namespace weir::upstream {

namespace {

constexpr base::Stamp kSecond = 1'000'000'000;

// An endpoint with the options of its pool beside it.
struct Watched {
  Watched(unsigned max_fails, base::Duration fail_timeout) {
    options.max_fails = max_fails;
    options.fail_timeout = fail_timeout;
  }
  bool available(base::Stamp now) const { return !endpoint->ejected(now); }
  bool ejected(base::Stamp now) const { return endpoint->ejected(now); }
  bool count_failure(base::Stamp now, bool may_eject = true) {
    return endpoint->count_failure(now, options, may_eject);
  }
  void begin_try(base::Stamp now) { endpoint->begin_try(now, options.fail_timeout); }
  void count_success() { endpoint->count_success(); }
  void put_aside(base::Stamp until) { endpoint->put_aside(100 * kSecond, until); }
  std::uint32_t changes() const { return endpoint->pool().changes(); }

  PoolOptions options;
  base::SharedRef<Endpoint> endpoint = base::make_shared_ref<Endpoint>(
      base::make_shared_ref<ObservedPool>("app", 2U), net::SocketAddress{}, "a:1");
};

}  // namespace

TEST_CASE("max_fails failures put an endpoint aside for fail_timeout") {
  Watched endpoint(3, base::Duration{10'000});
  base::Stamp now = 100 * kSecond;
  CHECK_FALSE(endpoint.count_failure(now));
  CHECK_FALSE(endpoint.count_failure(now + kSecond));
  CHECK(endpoint.available(now + kSecond));
  CHECK(endpoint.count_failure(now + 2 * kSecond));
  CHECK_FALSE(endpoint.available(now + 2 * kSecond));
  CHECK(endpoint.ejected(now + 12 * kSecond - 1));
  CHECK(endpoint.available(now + 12 * kSecond));
}

TEST_CASE("a further failure of one put aside is no second ejection, and keeps it there") {
  Watched endpoint(1, base::Duration{10'000});
  CHECK(endpoint.count_failure(100 * kSecond));
  CHECK_FALSE(endpoint.count_failure(105 * kSecond));
  CHECK(endpoint.ejected(110 * kSecond));
  CHECK(endpoint.available(115 * kSecond));
}

TEST_CASE("an endpoint that is put aside is so until then, and never for less than before") {
  Watched endpoint(3, base::Duration{10'000});
  std::uint32_t before = endpoint.changes();
  endpoint.put_aside(105 * kSecond);
  CHECK(endpoint.changes() == before + 1);
  CHECK(endpoint.ejected(105 * kSecond - 1));
  CHECK(endpoint.available(105 * kSecond));
  endpoint.put_aside(103 * kSecond);
  CHECK(endpoint.changes() == before + 1);
  CHECK(endpoint.ejected(104 * kSecond));
  endpoint.count_success();
  CHECK(endpoint.ejected(104 * kSecond));
}

TEST_CASE("what an endpoint asked for outlives good tries and probes, and ends when it was down") {
  Watched endpoint(1, base::Duration{10'000});
  endpoint.count_failure(100 * kSecond);
  endpoint.put_aside(105 * kSecond);
  CHECK(endpoint.ejected(106 * kSecond));
  endpoint.endpoint->forgive();
  CHECK(endpoint.ejected(105 * kSecond - 1));
  CHECK(endpoint.available(105 * kSecond));
  endpoint.endpoint->readmit();
  CHECK(endpoint.available(100 * kSecond));
}

TEST_CASE("an endpoint that was only put aside at its wish is not checked by one try alone") {
  Watched endpoint(2, base::Duration{10'000});
  endpoint.count_failure(100 * kSecond);
  endpoint.put_aside(105 * kSecond);
  endpoint.begin_try(111 * kSecond);
  CHECK(endpoint.available(111 * kSecond));
  // One put aside for its failures is.
  endpoint.count_failure(112 * kSecond);
  endpoint.begin_try(123 * kSecond);
  CHECK(endpoint.ejected(123 * kSecond));
}

TEST_CASE("neither failures nor a check bring an endpoint back sooner than it asked for") {
  Watched endpoint(1, base::Duration{10'000});
  endpoint.put_aside(110 * kSecond);
  endpoint.options.fail_timeout = base::Duration{2'000};
  SUBCASE("a failure") {
    CHECK_FALSE(endpoint.count_failure(101 * kSecond));
    CHECK(endpoint.ejected(110 * kSecond - 1));
    CHECK(endpoint.available(110 * kSecond));
  }
  SUBCASE("a check") {
    endpoint.count_failure(108 * kSecond + kSecond / 2);
    endpoint.options.fail_timeout = base::Duration{500};
    endpoint.begin_try(109 * kSecond);
    CHECK(endpoint.ejected(110 * kSecond - 1));
    CHECK(endpoint.available(110 * kSecond));
  }
}

TEST_CASE("an endpoint says since when it is put aside, through checks of it that fail") {
  Watched watched(1, base::Duration{10'000});
  Endpoint& endpoint = *watched.endpoint;
  watched.count_failure(100 * kSecond);
  CHECK(endpoint.ejected_at() == 100 * kSecond);
  CHECK_FALSE(endpoint.asked_for_it());
  watched.begin_try(115 * kSecond);
  watched.count_failure(116 * kSecond);
  CHECK(watched.ejected(120 * kSecond));
  CHECK(endpoint.ejected_at() == 100 * kSecond);
  watched.begin_try(130 * kSecond);
  watched.count_success();
  CHECK(watched.available(130 * kSecond));
  endpoint.put_aside(140 * kSecond, 145 * kSecond);
  CHECK(endpoint.ejected_at() == 140 * kSecond);
  CHECK(endpoint.asked_for_it());
  // Longer for its failures than it asked.
  watched.count_failure(141 * kSecond);
  CHECK(endpoint.ejected_at() == 140 * kSecond);
  CHECK_FALSE(endpoint.asked_for_it());
}

TEST_CASE("the last failure is known, also where nothing follows from it") {
  Watched watched(0, base::Duration{10'000});
  Endpoint& endpoint = *watched.endpoint;
  CHECK(endpoint.last_failure() == FailureKind::kCount);
  endpoint.note_failure(FailureKind::kReset, 7 * kSecond);
  CHECK(endpoint.last_failure() == FailureKind::kReset);
  CHECK(endpoint.last_failure_at() == 7 * kSecond);
  CHECK(watched.available(7 * kSecond));
}

TEST_CASE("max_fails 0 and fail_timeout 0 never put anybody aside") {
  Watched never(0, base::Duration{10'000});
  Watched no_time(1, base::Duration{0});
  for (int i = 0; i < 100; ++i) {
    CHECK_FALSE(never.count_failure(kSecond));
    CHECK_FALSE(no_time.count_failure(kSecond));
  }
  CHECK(never.available(kSecond));
  CHECK(no_time.available(kSecond));
}

TEST_CASE("whatever changes who may be picked is counted, and nothing else is") {
  Watched one(2, base::Duration{10'000});
  std::uint32_t before = one.changes();
  one.count_failure(100 * kSecond);
  one.begin_try(105 * kSecond);
  one.count_success();
  CHECK(one.changes() == before);
  one.count_failure(106 * kSecond);  // put aside
  CHECK(one.changes() == before + 1);
  one.begin_try(116 * kSecond);  // kept aside for the others
  CHECK(one.changes() == before + 2);
  one.count_success();  // back
  CHECK(one.changes() == before + 3);
  one.endpoint->set_health(Health::kUp);
  CHECK(one.changes() == before + 3);
  one.endpoint->set_health(Health::kDown);
  CHECK(one.changes() == before + 4);
}

TEST_CASE("no more enter than may") {
  Watched one(3, base::Duration{10'000});
  CHECK(one.endpoint->try_enter(2));
  CHECK(one.endpoint->try_enter(2));
  CHECK_FALSE(one.endpoint->try_enter(2));
  CHECK(one.endpoint->try_enter(0));
  CHECK(one.endpoint->load() == 3);
  one.endpoint->leave();
  one.endpoint->leave();
  CHECK(one.endpoint->try_enter(2));
}

TEST_CASE("a success within fail_timeout of a failure forgets nothing, as in nginx") {
  Watched endpoint(2, base::Duration{10'000});
  endpoint.count_failure(100 * kSecond);
  endpoint.begin_try(101 * kSecond);
  endpoint.count_success();
  CHECK(endpoint.count_failure(102 * kSecond));
}

TEST_CASE("a success of a try begun fail_timeout after the failure forgets it") {
  Watched endpoint(2, base::Duration{10'000});
  endpoint.count_failure(100 * kSecond);
  endpoint.begin_try(110 * kSecond);
  endpoint.count_success();
  CHECK_FALSE(endpoint.count_failure(111 * kSecond));
  CHECK(endpoint.available(111 * kSecond));
}

TEST_CASE("after fail_timeout one try checks the endpoint while the others stay away") {
  Watched endpoint(1, base::Duration{10'000});
  endpoint.count_failure(100 * kSecond);
  REQUIRE(endpoint.available(110 * kSecond));
  endpoint.begin_try(110 * kSecond);
  CHECK_FALSE(endpoint.available(110 * kSecond));
  SUBCASE("it goes well: everybody is back at once") {
    endpoint.count_success();
    CHECK(endpoint.available(110 * kSecond));
    CHECK(endpoint.count_failure(111 * kSecond));  // the count began anew
  }
  SUBCASE("it fails: put aside again at the first failure") {
    CHECK_FALSE(endpoint.count_failure(113 * kSecond));  // it never came back between
    CHECK_FALSE(endpoint.available(123 * kSecond - 1));
    CHECK(endpoint.available(123 * kSecond));
  }
  SUBCASE("it is never heard of: the next check comes fail_timeout later") {
    CHECK_FALSE(endpoint.available(120 * kSecond - 1));
    CHECK(endpoint.available(120 * kSecond));
  }
}

TEST_CASE("a success that was under way when the endpoint was put aside does not bring it back") {
  Watched endpoint(1, base::Duration{10'000});
  endpoint.count_failure(100 * kSecond);
  endpoint.count_success();
  CHECK_FALSE(endpoint.available(101 * kSecond));
}

TEST_CASE("a failure that may not eject is counted all the same") {
  Watched endpoint(2, base::Duration{10'000});
  endpoint.count_failure(100 * kSecond, false);
  CHECK_FALSE(endpoint.count_failure(101 * kSecond, false));
  CHECK(endpoint.available(101 * kSecond));
  CHECK(endpoint.count_failure(102 * kSecond, true));
}

TEST_CASE("the check of one that was never put aside does not put it aside") {
  Watched endpoint(1, base::Duration{10'000});
  endpoint.count_failure(100 * kSecond, false);
  endpoint.begin_try(120 * kSecond);
  CHECK(endpoint.available(120 * kSecond));
}

TEST_CASE("an endpoint that is readmitted is back at once, and its failures are forgotten") {
  Watched endpoint(2, base::Duration{10'000});
  base::Stamp now = 100 * kSecond;
  endpoint.count_failure(now);
  CHECK(endpoint.count_failure(now));
  std::uint32_t before = endpoint.changes();
  endpoint.endpoint->readmit();
  CHECK(endpoint.available(now));
  CHECK(endpoint.changes() == before + 1);
  endpoint.endpoint->readmit();
  CHECK(endpoint.changes() == before + 1);
  CHECK_FALSE(endpoint.count_failure(now));
  CHECK(endpoint.count_failure(now));
}

}  // namespace weir::upstream
