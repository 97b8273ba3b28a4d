#include "observe/log_variable.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <map>
#include <set>
#include <string>

#include "observe/log_value.h"
#include "unit/observe/documented.h"

namespace weir::observe {
namespace {

constexpr base::Stamp kMs = 1'000'000;

struct Fixture : Ended {
  std::string value(std::string_view name) {
    auto found = LogValue::find(name);
    REQUIRE_MESSAGE(found, name);
    return std::string(found->text(logged));
  }
};

// Of the page's table: each variable, with NAME for a family's suffix, and where it is known.
std::map<std::string, std::string> documented_variables() {
  std::map<std::string, std::string> rows;
  for (const std::string& line : lines_of(logging_page())) {
    if (!line.starts_with("| `$")) continue;
    auto end = line.find('`', 3);
    auto known = line.find("| ", end) + 2;
    rows[line.substr(4, end - 4)] = line.substr(known, line.find(' ', known) - known);
  }
  return rows;
}

std::string as_documented(std::string_view name) {
  return std::string(name) + (name.ends_with('_') ? "NAME" : "");
}

}  // namespace

TEST_CASE_FIXTURE(Fixture, "what was sent, and how long it took") {
  request.record.bytes_in = 123;
  request.record.bytes_out = 4567;
  request.record.started = 1000 * kMs;
  request.record.ended = 2042 * kMs + 999'999;
  CHECK(value("status") == "200");
  CHECK(value("body_bytes_sent") == "5");
  CHECK(value("bytes_sent") == "4567");
  CHECK(value("request_length") == "123");
  CHECK(value("request_time") == "1.042");
  request.record.started = request.record.ended;
  CHECK(value("request_time") == "0.000");
  request.record.status = 7;
  CHECK(value("status") == "007");
}

TEST_CASE_FIXTURE(Fixture, "the time, the machine and where the client connected") {
  CHECK(value("time_local") == time.local(logged.now));
  CHECK(value("time_iso8601") == time.iso8601(logged.now));
  auto ms = std::to_string(time.unix_ms(logged.now));
  CHECK(value("msec") == ms.substr(0, ms.size() - 3) + "." + ms.substr(ms.size() - 3));
  char name[256] = {};
  gethostname(name, sizeof(name) - 1);
  CHECK(value("hostname").size() == std::string(name).size());
  CHECK(value("server_addr").empty());
  CHECK(value("server_port").empty());
  request.server_address = "192.0.2.80";
  request.server_port = 8080;
  CHECK(value("server_addr") == "192.0.2.80");
  CHECK(value("server_port") == "8080");
}

TEST_CASE_FIXTURE(Fixture, "fields of the answer are those that were sent") {
  CHECK(value("sent_http_content_type").empty());
  request.record.sent_head =
      "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nX-A:1\r\nx-a: 2\r\nVia: 1.1 weir\r\n\r\n";
  CHECK(value("sent_http_content_type") == "text/plain");
  CHECK(value("sent_http_X_A") == "1");
  CHECK(value("sent_http_via") == "1.1 weir");
  CHECK(value("sent_http_missing").empty());
  request.record.sent_head = "HTTP/1.1 204 No Content\r\n\r\n";
  CHECK(value("sent_http_via").empty());
}

TEST_CASE_FIXTURE(Fixture, "weir's own: route, upstream, tries, and why it answered itself") {
  CHECK(value("route") == "orders");
  CHECK(value("upstream") == "api");
  CHECK(value("tries") == "0");
  CHECK(value("reason").empty());
  CHECK(value("timed_out").empty());
  request.record.reason = http::Reason::kUpstreamTimeout;
  request.record.timed_out = http::Phase::kUpstreamFirstByte;
  CHECK(value("reason") == "upstream_timeout");
  CHECK(value("timed_out") == "upstream_first_byte");
}

TEST_CASE_FIXTURE(Fixture, "without a try the upstream has no values") {
  for (std::string name :
       {"addr", "status", "connect_time", "header_time", "response_time", "bytes_received"}) {
    CHECK(value("upstream_" + name).empty());
  }
}

TEST_CASE_FIXTURE(Fixture, "one try has one value, and what it did not come to is not there") {
  request.record.begin_try("10.0.0.1:80", 1000 * kMs, arena);
  request.record.ended = 1250 * kMs;
  CHECK(value("tries") == "1");
  CHECK(value("upstream_addr") == "10.0.0.1:80");
  CHECK(value("upstream_status").empty());
  CHECK(value("upstream_connect_time").empty());
  CHECK(value("upstream_header_time").empty());
  CHECK(value("upstream_response_time") == "0.250");
  CHECK(value("upstream_bytes_received") == "0");
  request.record.last_try.connected = 1001 * kMs;
  request.record.last_try.head = 1200 * kMs;
  request.record.last_try.status = 201;
  request.record.last_try.received = 300;
  CHECK(value("upstream_status") == "201");
  CHECK(value("upstream_connect_time") == "0.001");
  CHECK(value("upstream_header_time") == "0.200");
  CHECK(value("upstream_bytes_received") == "300");
}

TEST_CASE_FIXTURE(Fixture,
                  "several tries are a list, the first one first, with dashes for nothing") {
  request.record.begin_try("10.0.0.1:80", 1000 * kMs, arena);
  request.record.last_try.status = 504;
  request.record.last_try.ended = 4000 * kMs;
  request.record.begin_try("10.0.0.2:80", 4000 * kMs, arena);
  request.record.last_try.connected = 4000 * kMs;
  request.record.last_try.head = 4010 * kMs;
  request.record.last_try.status = 200;
  request.record.last_try.received = 9;
  request.record.ended = 4020 * kMs;
  CHECK(value("tries") == "2");
  CHECK(value("upstream_addr") == "10.0.0.1:80, 10.0.0.2:80");
  CHECK(value("upstream_status") == "504, 200");
  CHECK(value("upstream_connect_time") == "-, 0.000");
  CHECK(value("upstream_header_time") == "-, 0.010");
  CHECK(value("upstream_response_time") == "3.000, 0.020");
  CHECK(value("upstream_bytes_received") == "0, 9");
}

TEST_CASE("a variable says what it needs to be known") {
  CHECK(LogValue::find("sent_http_etag")->needs().sent_head);
  CHECK(LogValue::find("server_addr")->needs().server_address);
  CHECK(LogValue::find("server_port")->needs().server_address);
  for (std::string_view name : {"status", "upstream_addr", "http_etag", "remote_addr"}) {
    CHECK_FALSE(LogValue::find(name)->needs().sent_head);
    CHECK_FALSE(LogValue::find(name)->needs().server_address);
  }
}

TEST_CASE("no name is that of two variables") {
  std::set<std::string_view> names;
  for (const auto& variable : http::request_variables()) CHECK(names.insert(variable.name).second);
  for (const auto& variable : log_variables()) CHECK(names.insert(variable.name).second);
  for (const auto& variable : log_variables()) {
    CHECK((variable.value == nullptr) != (variable.of_try == nullptr));
  }
}

TEST_CASE("the page's table is that of the code") {
  std::map<std::string, std::string> known;
  for (const auto& variable : http::request_variables())
    known[as_documented(variable.name)] = "request";
  for (const auto& variable : log_variables()) known[as_documented(variable.name)] = "log";
  CHECK(known == documented_variables());
}

}  // namespace weir::observe
