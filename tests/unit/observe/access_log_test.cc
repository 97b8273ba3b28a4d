#include "observe/access_log.h"

#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <vector>

#include "observe/conditional_log.h"
#include "support/memory/manual_time.h"
#include "unit/observe/scratch.h"

namespace weir::observe {
namespace {

// A worker's access log over a log thread with `buffers` buffers, which runs only when told.
struct LoggedTo {
  explicit LoggedTo(std::size_t buffers) : thread(buffers, 4096, errors) {
    route.name = "orders";
    REQUIRE(thread.open(scratch / "log").ok());
  }
  void ask(AccessLog& log, int times = 1) {
    time.in_turn([&] {
      for (int i = 0; i < times; ++i) log.on_exchange(asked.request, route);
    });
  }
  // What is in the file once all that was handed over is written.
  std::vector<std::string> lines() {
    thread.start();
    thread.stop();
    return lines_of(text_of_file(scratch / "log"));
  }

  Scratch scratch;
  AccessLogOptions options;
  ErrorLog errors;
  LogThread thread;
  base::Counter dropped;
  memory::ManualTime time;
  Asked asked;
  server::RouteTarget route;
};

}  // namespace

TEST_CASE("a line waits for the flush time and no longer") {
  LoggedTo l(4);
  AccessLog log(l.dropped, l.time.turns(), l.time.wheel());
  log.configure(l.options, &l.thread, 0);
  l.ask(log);
  l.time.advance(base::Duration(500));
  l.ask(log);
  l.time.advance(base::Duration(600));
  CHECK_FALSE(l.time.has_deadline());
  auto lines = l.lines();
  REQUIRE(lines.size() == 2);
  CHECK(lines[0].starts_with("10.1.2.3 - - ["));
  CHECK(lines[0].ends_with("] \"GET /a?b=1 HTTP/1.1\" 200 5 \"-\" \"-\""));
}

TEST_CASE("nothing is handed over before it is due or full") {
  LoggedTo l(4);
  AccessLog log(l.dropped, l.time.turns(), l.time.wheel());
  log.configure(l.options, &l.thread, 0);
  l.ask(log);
  l.time.advance(base::Duration(900));
  CHECK(l.lines().empty());
}

TEST_CASE("a full buffer goes at once, and the end takes the rest along") {
  LoggedTo l(100);
  {
    AccessLog log(l.dropped, l.time.turns(), l.time.wheel());
    log.configure(l.options, &l.thread, 0);
    l.ask(log, 200);
    CHECK(l.dropped.get() == 0);
  }
  CHECK(l.lines().size() == 200);
}

TEST_CASE("lines without a free buffer are dropped and counted, and logging goes on") {
  LoggedTo l(2);
  AccessLog log(l.dropped, l.time.turns(), l.time.wheel());
  log.configure(l.options, &l.thread, 0);
  l.ask(log, 200);
  auto dropped = l.dropped.get();
  CHECK(dropped > 0);
  log.flush();
  CHECK(l.lines().size() + dropped == 200);
  // The thread gave its buffers back.
  l.ask(log);
  CHECK(l.dropped.get() == dropped);
}

TEST_CASE("a line too long for a buffer is cut, not lost") {
  LoggedTo l(4);
  std::string agent(50'000, '"');
  l.asked.request.head.fields.add(l.asked.arena, "User-Agent", agent);
  {
    AccessLog log(l.dropped, l.time.turns(), l.time.wheel());
    log.configure(l.options, &l.thread, 0);
    l.ask(log, 2);
  }
  auto lines = l.lines();
  REQUIRE(lines.size() == 2);
  CHECK(lines[1].size() < 4096);
  CHECK(lines[1].ends_with("\\x22\""));
}

TEST_CASE("only what the texts make too long is cut") {
  LoggedTo l(4);
  std::string agent(900, '"');
  l.asked.request.head.fields.add(l.asked.arena, "User-Agent", agent);
  l.asked.request.head.fields.add(l.asked.arena, "Referer", "http://a/with/some/path");
  {
    AccessLog log(l.dropped, l.time.turns(), l.time.wheel());
    log.configure(l.options, &l.thread, 0);
    l.ask(log);
  }
  auto lines = l.lines();
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].find("\"http://a/with/some/path\"") != std::string::npos);
  CHECK(lines[0].size() > 1000);
}

TEST_CASE("a log that was not configured, or to nowhere, writes nothing") {
  LoggedTo l(4);
  AccessLog log(l.dropped, l.time.turns(), l.time.wheel());
  l.ask(log);
  log.configure(l.options, &l.thread, 0);
  l.ask(log);
  log.configure(l.options, nullptr, 0);
  l.ask(log);
  CHECK(l.lines().size() == 1);
  CHECK(l.dropped.get() == 0);
}

TEST_CASE("each format has its line, and changes with the options") {
  LoggedTo l(4);
  l.asked.request.head.has_query = true;
  {
    AccessLog log(l.dropped, l.time.turns(), l.time.wheel());
    l.options.format = "$status $route $request_uri";
    log.configure(l.options, &l.thread, 0);
    l.ask(log);
    l.options.format = "json";
    log.configure(l.options, &l.thread, 0);
    l.ask(log);
  }
  auto lines = l.lines();
  REQUIRE(lines.size() == 2);
  CHECK(lines[0] == "200 orders /a?b=1");
  CHECK(lines[1].starts_with("{\"time_iso8601\":\""));
  CHECK(lines[1].ends_with("}"));
}

TEST_CASE("a line that does not fit however it is cut is dropped and counted") {
  LoggedTo l(4);
  AccessLog log(l.dropped, l.time.turns(), l.time.wheel());
  l.options.format = std::string(5000, '-') + "$status";
  log.configure(l.options, &l.thread, 0);
  l.ask(log);
  CHECK(l.dropped.get() == 1);
  CHECK(l.lines().empty());
}

TEST_CASE("a sample is as large as asked for, give or take what chance does") {
  for (unsigned percent : {0U, 1U, 10U, 50U, 99U}) {
    LoggedTo l(1000);
    {
      AccessLog log(l.dropped, l.time.turns(), l.time.wheel());
      l.options.sample_percent = percent;
      log.configure(l.options, &l.thread, 0);
      l.ask(log, 20'000);
    }
    double mean = 20'000.0 * percent / 100;
    double sigma = std::sqrt(mean * (100 - percent) / 100);
    auto lines = static_cast<double>(l.lines().size());
    CHECK(l.dropped.get() == 0);
    CHECK(std::abs(lines - mean) <= 6 * sigma);
  }
}

TEST_CASE("a condition lets through what it holds for") {
  LoggedTo l(4);
  auto condition = LogCondition::compile("$status ~ ^5");
  REQUIRE(condition.ok());
  {
    AccessLog log(l.dropped, l.time.turns(), l.time.wheel());
    l.options.format = "$status";
    log.configure(l.options, &l.thread, 0);
    ConditionalLog conditional(condition.value(), log);
    for (unsigned status : {200U, 502U, 404U, 503U}) {
      l.asked.request.record.status = status;
      l.time.in_turn([&] { conditional.on_exchange(l.asked.request, l.route); });
    }
  }
  CHECK(l.lines() == std::vector<std::string>{"502", "503"});
}

}  // namespace weir::observe
