#include "admin/status_json.h"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

namespace weir::admin {
namespace {

using Json = nlohmann::json;

Status some_status() {
  Status status;
  status.version = "0.1.0";
  status.state = "ready";
  status.pid = 4711;
  status.now = 1'700'000'100;
  status.start_time = 1'700'000'000;
  return status;
}

}  // namespace

TEST_CASE("the status is an object with a list for each kind, empty or not") {
  std::string text = status_json(some_status());
  CHECK(text.ends_with("}\n"));
  Json json = Json::parse(text);
  CHECK(json["version"] == "0.1.0");
  CHECK(json["state"] == "ready");
  CHECK(json["pid"] == 4711);
  CHECK(json["started"] == "2023-11-14T22:13:20Z");
  CHECK(json["uptime_seconds"] == 100.0);
  CHECK(json["config"]["generation"] == 1);
  CHECK(json["config"]["last_reload"].is_null());
  for (const char* list : {"listeners", "workers", "upstreams", "cache"}) {
    CAPTURE(list);
    CHECK(json[list].is_array());
    CHECK(json[list].empty());
  }
}

TEST_CASE("what is known of an endpoint is told, with times and durations") {
  Status status = some_status();
  EndpointStatus endpoint;
  endpoint.address = "10.0.0.1:80";
  endpoint.state = EndpointState::kDown;
  endpoint.reason = "refused";
  endpoint.for_s = 40;
  endpoint.mean_s = 0.012345678;
  endpoint.last_failure = "reset";
  endpoint.last_ago_s = 100;
  endpoint.connections = {2, 3};
  status.upstreams.push_back({"api", 0, {endpoint}});
  Json json = Json::parse(status_json(status))["upstreams"][0];
  CHECK(json["name"] == "api");
  CHECK(json["queued"] == 0);
  json = json["endpoints"][0];
  CHECK(json["address"] == "10.0.0.1:80");
  CHECK(json["state"] == "down");
  CHECK(json["reason"] == "refused");
  CHECK(json["since"] == "2023-11-14T22:14:20Z");
  CHECK(json["for_seconds"] == 40.0);
  CHECK(json["mean_seconds"] == 0.012346);
  CHECK(json["connections"]["active"] == 2);
  CHECK(json["connections"]["idle"] == 3);
  CHECK(json["last_failure"]["reason"] == "reset");
  CHECK(json["last_failure"]["at"] == "2023-11-14T22:13:20Z");
}

TEST_CASE("what is not known is null") {
  Status status = some_status();
  status.upstreams.push_back({"api", 0, {EndpointStatus{}}});
  status.workers.emplace_back();
  Json json = Json::parse(status_json(status));
  const Json& endpoint = json["upstreams"][0]["endpoints"][0];
  for (const char* key : {"reason", "since", "for_seconds", "mean_seconds", "last_failure"}) {
    CAPTURE(key);
    CHECK(endpoint.at(key).is_null());
  }
  CHECK(json["workers"][0]["worker"] == 0);
  CHECK(json["workers"][0]["cpu_seconds"].is_null());
}

TEST_CASE("no name breaks the JSON") {
  Status status = some_status();
  status.upstreams.push_back({"a\"b\\\n\xFF", 0, {}});
  CHECK(Json::parse(status_json(status))["upstreams"][0]["name"] == "a\"b\\\n\xEF\xBF\xBD");
}

TEST_CASE("an error is told with problem details") {
  Json json = Json::parse(problem_json(404, "not found", "there is no such page"));
  CHECK(json["status"] == 404);
  CHECK(json["title"] == "not found");
  CHECK(json["detail"] == "there is no such page");
}

}  // namespace weir::admin
