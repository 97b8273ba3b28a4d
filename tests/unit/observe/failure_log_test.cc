#include "observe/failure_log.h"

#include <doctest/doctest.h>

#include <string>

#include "support/memory/manual_time.h"
#include "unit/observe/scratch.h"

namespace weir::observe {
namespace {

using http::Reason;

struct Failing : Asked {
  void fail(Reason reason, int times = 1) {
    request.record.status = 404;
    request.record.reason = reason;
    time.in_turn([&] {
      for (int i = 0; i < times; ++i) log.on_exchange(request, route);
    });
  }
  std::vector<std::string> lines() { return lines_of(told.read()); }

  Pipe told;
  ErrorLog errors{told.in()};
  memory::ManualTime time;
  server::RouteTarget route;
  FailureLog log{ExplainedOptions{}, errors, time.turns(), time.wheel()};
};

}  // namespace

TEST_CASE("what weir refused is explained, and nothing else") {
  Failing f;
  f.fail(Reason::kNoRoute);
  auto lines = f.lines();
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].find("[info] 404: no route") != std::string::npos);
  f.fail(Reason::kNone);
  f.fail(Reason::kClientClosed);
  CHECK(f.lines().empty());
}

TEST_CASE("a flood is bounded a second, and what was left out is told") {
  Failing f;
  f.fail(Reason::kNoRoute, 100);
  CHECK(f.lines().size() == FailureLog::kLinesPerSecond);
  f.time.advance(base::Duration(1100));
  auto lines = f.lines();
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].ends_with("[info] no_route ... repeated 90 times"));
  f.fail(Reason::kNoRoute);
  CHECK(f.lines().size() == 1);
  f.time.advance(base::Duration(5000));
  CHECK(f.lines().empty());
}

TEST_CASE("a flood of one reason does not hide another") {
  Failing f;
  f.fail(Reason::kNoRoute, 100);
  f.fail(Reason::kUpstreamConnect);
  auto lines = f.lines();
  CHECK(lines.size() == FailureLog::kLinesPerSecond + 1);
  CHECK(lines.back().find("[error]") != std::string::npos);
}

TEST_CASE("what was left out is told at the end") {
  Pipe told;
  ErrorLog errors(told.in());
  memory::ManualTime time;
  Asked asked;
  asked.request.record.reason = Reason::kBadHost;
  {
    FailureLog log({}, errors, time.turns(), time.wheel());
    time.in_turn([&] {
      for (int i = 0; i < 11; ++i) log.on_exchange(asked.request, {});
    });
  }
  CHECK(lines_of(told.read()).back().ends_with("[info] bad_host ... repeated 1 times"));
}

TEST_CASE("a level that is not wanted costs no line") {
  Pipe told;
  ErrorLog errors(told.in(), Level::kError);
  memory::ManualTime time;
  Asked asked;
  asked.request.record.reason = Reason::kBadHost;
  FailureLog log({}, errors, time.turns(), time.wheel());
  time.in_turn([&] { log.on_exchange(asked.request, {}); });
  asked.request.record.reason = Reason::kNoEndpoint;
  time.in_turn([&] { log.on_exchange(asked.request, {}); });
  CHECK(lines_of(told.read()).size() == 1);
}

}  // namespace weir::observe
