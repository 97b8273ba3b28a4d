#include "cli/status_text.h"

#include <doctest/doctest.h>

#include <sstream>

#include "admin/status_json.h"

namespace weir::cli {
namespace {

admin::EndpointStatus endpoint(std::string_view address) {
  admin::EndpointStatus made;
  made.address = address;
  return made;
}

admin::Status some_status() {
  admin::Status status;
  status.version = "0.1.0";
  status.state = "ready";
  status.pid = 4711;
  status.now = 1'700'011'520;
  status.start_time = 1'700'000'000;
  status.listeners.push_back({"127.0.0.1:8080", {3, 9}, 10'233});
  admin::WorkerStatus worker;
  worker.connections = {1, 2};
  worker.cpu_s = 12.34;
  worker.lag_mean_s = 0.00012;
  status.workers = {worker, {}};
  auto good = endpoint("127.0.0.1:9001");
  good.for_s = 11'500;
  good.in_flight = 2;
  good.connections = {2, 4};
  good.answers = 10'200;
  good.errors = 12;
  good.mean_s = 0.00321;
  auto bad = endpoint("127.0.0.1:9002");
  bad.state = admin::EndpointState::kDown;
  bad.for_s = 302;
  bad.reason = "refused";
  auto spare = endpoint("127.0.0.1:9003");
  spare.backup = true;
  spare.last_failure = "reset";
  spare.last_ago_s = 3;
  status.upstreams = {{"api", 0, {good, bad, spare}}, {"unknown", 3, {}}};
  return status;
}

StatusText text_of(const admin::Status& status, const TextStyle& style = {}) {
  auto made = status_text(admin::status_json(status), style);
  INFO(made.error().text);
  REQUIRE(made.ok());
  return made.value();
}

}  // namespace

TEST_CASE("the status is a line and a table for listeners, workers and endpoints") {
  CHECK(text_of(some_status()).text ==
        R"(weir 0.1.0 is ready: up for 3h 12m, pid 4711, configuration 1

LISTENER        ACTIVE  IDLE  ACCEPTED
127.0.0.1:8080       3     9     10233

WORKER  ACTIVE  IDLE     CPU  LOOP LAG
0            1     2  12.3 s   0.12 ms
1            0     0

UPSTREAM  ENDPOINT        STATE       FOR     IN FLIGHT  IDLE  ANSWERS  5XX     MEAN  WHY
api       127.0.0.1:9001  up          3h 11m          2     4    10200   12  3.21 ms
api       127.0.0.1:9002  down        5m 2s           0     0        0    0           refused
api       127.0.0.1:9003  up, backup                  0     0        0    0           reset 3s ago
unknown   none                                                                        its names have no address
unknown   queue                                                                       3 wait for a place
)");
}

TEST_CASE("zones of the cache have a table where there are any") {
  admin::Status status = some_status();
  admin::ZoneStatus zone;
  zone.name = "main";
  zone.memory = std::uint64_t{256} << 20U;
  zone.store = {1'600, 2, 3, 5};
  zone.requests = {5, 2, 1, 0, 9, 0};
  status.zones = {zone};
  std::string text = text_of(status).text;
  CHECK(
      text.ends_with("\n\nCACHE  ENTRIES     USED         OF  HITS  MISSES   RATIO  EVICTED\n"
                     "main         2  1.6 KiB  256.0 MiB     6       2  75.0 %        3\n"));
}

TEST_CASE("the lines of an ordinary table fit 120 columns, and none is longer than a terminal") {
  std::istringstream wide(text_of(some_status()).text);
  for (std::string line; std::getline(wide, line);) CHECK(line.size() <= 120);
  std::istringstream narrow(text_of(some_status(), {false, 80}).text);
  std::string line;
  std::getline(narrow, line);
  while (std::getline(narrow, line)) CHECK(line.size() <= 80);
}

TEST_CASE("states have their colours on a terminal only") {
  CHECK(text_of(some_status()).text.find('\033') == std::string::npos);
  std::string text = text_of(some_status(), {true, 0}).text;
  CHECK(text.find("\033[32mup\033[0m") != std::string::npos);
  CHECK(text.find("\033[31mdown\033[0m") != std::string::npos);
}

TEST_CASE("only a weir that takes traffic is ready") {
  auto status = some_status();
  CHECK(text_of(status).ready);
  for (const char* state : {"starting", "draining"}) {
    status.state = state;
    CHECK_FALSE(text_of(status).ready);
  }
}

TEST_CASE("reloads are told: when the last went well, and how many failed") {
  auto status = some_status();
  status.generation = 4;
  status.last_reload = 1'700'000'000;
  status.reloads_failed = 1;
  CHECK(text_of(status).text.find("configuration 4 of 2023-11-14T22:13:20Z, 1 failed reload\n") !=
        std::string::npos);
}

TEST_CASE("a failure that is long ago is not told, nor one that the state tells") {
  auto status = some_status();
  status.upstreams[0].endpoints[2].last_ago_s = 61;
  CHECK(text_of(status).text.find("ago") == std::string::npos);
  status.upstreams[0].endpoints[1].last_failure = "connect";
  status.upstreams[0].endpoints[1].last_ago_s = 1;
  CHECK(text_of(status).text.find("connect") == std::string::npos);
}

TEST_CASE("latencies have three digits in the unit that fits") {
  auto status = some_status();
  auto shows = [&](double seconds, const char* text) {
    status.upstreams[0].endpoints[0].mean_s = seconds;
    return text_of(status).text.find(std::string("  ") + text) != std::string::npos;
  };
  CHECK(shows(0.000004, "0.00 ms"));
  CHECK(shows(0.0123, "12.3 ms"));
  CHECK(shows(0.321, "321 ms"));
  CHECK(shows(12.3456, "12.35 s"));
}

TEST_CASE("what is no status is an error that says so") {
  for (const char* text :
       {"", "hello", "{}", "[]", "null", R"({"state": "ready", "version": 7})"}) {
    CAPTURE(text);
    auto made = status_text(text, {});
    REQUIRE_FALSE(made.ok());
    CHECK(made.error().text.find("none that this weir understands") != std::string::npos);
  }
}

}  // namespace weir::cli
