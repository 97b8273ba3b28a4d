#include <doctest/doctest.h>

#include <ctime>

#include "system/status/setup.h"

namespace weir::status {

namespace {

// As the API writes times, so that two of them compare as they follow.
std::string utc_now() {
  std::time_t now = std::time(nullptr);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", std::gmtime(&now));
  return text;
}

std::string checked_config(const std::string& first, const std::string& second) {
  return "listen: \"127.0.0.1:0\"\nworkers: 2\nupstreams:\n  app:\n    endpoints: [\"" + first +
         "\", \"" + second + "\"]\n    health_check: {path: /healthz, interval: 50ms, fall: 2}\n";
}

}  // namespace

TEST_CASE("a backend that died is shown as down, why and since when") {
  BackendProcess good("good");
  BackendProcess dying("dying");
  WeirProcess weir(checked_config(good.address(), dying.address()));
  std::string file = asking_file(weir);
  Run run = weir_status(file);
  CHECK(run.status == 0);
  CHECK(has(line_of(run.out, "app  " + std::string(5, ' ') + dying.address()), "  up "));

  std::string before = utc_now();
  dying.process().kill();
  weir.wait_metric("weir_upstream_endpoint_up{endpoint=\"" + dying.address() + "\"}", 0);
  run = weir_status(file);
  CHECK(run.status == 0);
  std::string line = line_of(run.out, "app  " + std::string(5, ' ') + dying.address());
  CHECK(has(line, "  down  "));
  CHECK(has(line, "  refused"));
  CHECK(has(line_of(run.out, "app  " + std::string(5, ' ') + good.address()), "  up "));

  Json endpoint = endpoint_of(Json::parse(weir_status(file, {"--json"}).out), dying.address());
  CHECK(endpoint["state"] == "down");
  CHECK(endpoint["reason"] == "refused");
  CHECK(endpoint["since"].get<std::string>() >= before);
  CHECK(endpoint["since"].get<std::string>() <= utc_now());
  CHECK(endpoint["for_seconds"].get<double>() >= 0);
}

TEST_CASE("a backend that requests find dead is shown as ejected, for which failure") {
  support::RefusingPort refusing;
  BackendProcess good("good");
  WeirProcess weir("listen: \"127.0.0.1:0\"\nupstreams:\n  app:\n    endpoints: [\"" +
                   refusing.address() + "\", \"" + good.address() +
                   "\"]\n    max_fails: 1\n    fail_timeout: 1h\n");
  RawClient client(weir.address());
  for (int i = 0; i < 4; ++i) CHECK(client.get("/users/1").status() == 200);
  std::string file = asking_file(weir);
  Run run = weir_status(file);
  CHECK(run.status == 0);
  std::string line = line_of(run.out, "app       " + refusing.address());
  CHECK(has(line, "  ejected  "));
  CHECK(has(line, "  connect"));
  Json status = Json::parse(weir_status(file, {"--json"}).out);
  CHECK(endpoint_of(status, refusing.address())["last_failure"]["reason"] == "connect");
  CHECK(endpoint_of(status, good.address())["answers"] == 4);
  CHECK(endpoint_of(status, good.address())["mean_seconds"].get<double>() > 0);
  CHECK(endpoint_of(status, good.address())["last_failure"].is_null());
}

TEST_CASE("a lone backend that is never put aside shows its last failure") {
  support::RefusingPort refusing;
  WeirProcess weir("listen: \"127.0.0.1:0\"\nupstreams: {app: [\"" + refusing.address() + "\"]}\n");
  CHECK(RawClient(weir.address()).get("/").status() == 502);
  std::string line = line_of(weir_status(asking_file(weir)).out, "app       " + refusing.address());
  CHECK(has(line, "  up "));
  CHECK(has(line, "  connect 0s ago"));
}

TEST_CASE("what is in flight and which connections are open is shown while it is so") {
  constexpr int kHeld = 3;
  BackendProcess backend;
  WeirProcess weir("listen: \"127.0.0.1:0\"\nworkers: 2\nupstreams: {app: [\"" + backend.address() +
                   "\"]}\n");
  std::vector<RawClient> held;
  held.reserve(kHeld);
  for (int i = 0; i < kHeld; ++i)
    held.emplace_back(weir.address()).send(support::get("/delay/60000"));
  RawClient idle(weir.address());
  CHECK(idle.get("/users/1").status() == 200);
  weir.wait_metric("weir_upstream_requests_in_flight", kHeld);
  Json status = Json::parse(weir_status(asking_file(weir), {"--json"}).out);
  Json endpoint = endpoint_of(status, backend.address());
  CHECK(endpoint["in_flight"] == kHeld);
  CHECK(endpoint["connections"]["active"] == kHeld);
  CHECK(status["listeners"][0]["address"] == weir.address());
  CHECK(status["listeners"][0]["accepted"] == kHeld + 1);
  CHECK(status["listeners"][0]["connections"]["active"] == kHeld);
  CHECK(status["listeners"][0]["connections"]["idle"] == 1);
  REQUIRE(status["workers"].size() == 2);
  int active = 0;
  for (const auto& worker : status["workers"]) active += worker["connections"]["active"].get<int>();
  CHECK(active == kHeld);
  CHECK(status["pid"] == weir.process().pid());
}

TEST_CASE("reloads are shown") {
  BackendProcess backend;
  std::string config =
      "listen: \"127.0.0.1:0\"\nupstreams: {app: [\"" + backend.address() + "\"]}\n";
  WeirProcess weir(config);
  std::string file = asking_file(weir);
  CHECK(has(weir_status(file).out, ", configuration 1\n"));
  weir.reload(config);
  weir.reload("listen: nowhere\n");
  std::string line = line_of(weir_status(file).out, "weir ");
  CHECK(has(line, ", configuration 2 of 20"));
  CHECK(has(line, "Z, 1 failed reload"));
}

}  // namespace weir::status
