#include <doctest/doctest.h>

#include "system/failover/setup.h"

namespace weir::failover {

namespace {

// What a client and an operator see of one GET that fails.
struct Told {
  Message answer;
  std::string line;  // of the error log
};

Told told(WeirProcess& weir, const std::string& reason) {
  RawClient client(weir.address());
  Told all;
  all.answer = client.get("/a");
  all.line = weir.process().wait_err_line(" [error] ");
  weir.wait_metric("weir_http_requests_rejected_total{reason=\"" + reason + "\"}", 1);
  CHECK(weir.metric("weir_http_requests_rejected_total") == 1);
  return all;
}

bool has(const std::string& text, const std::string& part) {
  CAPTURE(text);
  CAPTURE(part);
  bool found = text.find(part) != std::string::npos;
  CHECK(found);
  return found;
}

}  // namespace

TEST_CASE("502: the connection was refused") {
  RefusingPort refusing;
  WeirProcess weir(config_of({refusing.address()}));
  Told all = told(weir, "upstream_connect");
  CHECK(all.answer.status() == 502);
  has(all.line,
      "502: upstream 'app': " + refusing.address() + " refused the connection or is unreachable");
  has(all.line, "request: \"GET /a\"");
  CHECK(weir.metric("weir_http_requests_total{upstream=\"app\",code=\"502\"}") == 1);
}

TEST_CASE("502: the backend closed before its answer") {
  FakeOrigin bad(resetting());
  WeirProcess weir(config_of({bad.address()}, {"retry: {attempts: 1}"}));
  Told all = told(weir, "upstream_reset");
  CHECK(all.answer.status() == 502);
  has(all.line,
      "502: upstream 'app': " + bad.address() + " closed the connection before its answer");
}

TEST_CASE("502: the backend's answer is malformed") {
  FakeOrigin bad(
      FakeOrigin::answering("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n"
                            "Content-Length: 2\r\n\r\nab"));
  WeirProcess weir(config_of({bad.address()}));
  Told all = told(weir, "upstream_malformed");
  CHECK(all.answer.status() == 502);
  has(all.line, "502: upstream 'app': " + bad.address() + " gave an answer that is not valid HTTP");
}

TEST_CASE("502 after a retry says how many tries there were") {
  FakeOrigin one(resetting());
  FakeOrigin two(resetting());
  WeirProcess weir(config_of({one.address(), two.address()}));
  Told all = told(weir, "upstream_reset");
  CHECK(all.answer.status() == 502);
  has(all.line, "(the last of 2 tries)");
}

TEST_CASE("504: connecting took too long") {
  SilentPort silent;
  WeirProcess weir(config_of({silent.address()}, {"timeouts: {connect: 50ms}"}));
  Told all = told(weir, "upstream_connect_timeout");
  CHECK(all.answer.status() == 504);
  has(all.line, "504: upstream 'app': timeouts.connect (50ms) passed before a connection to " +
                    silent.address() + " was made");
}

TEST_CASE("504: the answer did not begin in time") {
  FakeOrigin bad(FakeOrigin::hanging());
  WeirProcess weir(config_of({bad.address()}, {"timeouts: {first_byte: 50ms}"}));
  Told all = told(weir, "upstream_timeout");
  CHECK(all.answer.status() == 504);
  has(all.line, "504: upstream 'app': timeouts.first_byte (50ms) passed before the answer of " +
                    bad.address() + " began");
}

TEST_CASE("504: a try took too long") {
  FakeOrigin bad(FakeOrigin::hanging());
  WeirProcess weir(config_of({bad.address()}, {"retry: {attempts: 1, per_try_timeout: 50ms}"}));
  Told all = told(weir, "upstream_timeout");
  CHECK(all.answer.status() == 504);
  has(all.line, "504: upstream 'app': retry.per_try_timeout (50ms) passed before the answer of " +
                    bad.address() + " began; not retried: over retry.attempts (1) of");
  CHECK(weir.metric("weir_timeouts_total{phase=\"upstream_try\"}") == 1);
}

TEST_CASE("a failure says why it was not retried") {
  struct Case {
    const char* retry;
    const char* told;
  };
  const Case cases[] = {
      {"{}", "(the last of 2 tries); not retried: over retry.attempts (2) of upstream 'app'"},
      {"{budget: 0%, min_per_second: 0}", "; not retried: over retry.budget (0%) of upstream"},
      {"{on: [connect]}", "; not retried: reset is not in retry.on of upstream 'app'"},
      {"{methods: [POST]}", "; not retried: GET is not in retry.methods of upstream 'app'"},
  };
  for (const Case& one : cases) {
    FakeOrigin first(resetting());
    FakeOrigin second(resetting());
    WeirProcess weir(
        config_of({first.address(), second.address()}, {"retry: " + std::string(one.retry)}));
    has(told(weir, "upstream_reset").line, one.told);
  }
}

TEST_CASE("503 with Retry-After: there is no endpoint to try") {
  FakeOrigin down(FakeOrigin::answering(answer_of("good")));
  WeirProcess weir(config_of({endpoint(down.address(), "down: on")}, {"fail_timeout: 7s"}));
  Told all = told(weir, "no_endpoint");
  CHECK(all.answer.status() == 503);
  CHECK(all.answer.fields.value("Retry-After") == "7");
  has(all.line, "503: upstream 'app': no endpoint to try");
  CHECK(down.connections() == 0);
}

TEST_CASE("the client's connection goes on behind an error of a backend") {
  RefusingPort refusing;
  WeirProcess weir(config_of({refusing.address()}));
  RawClient client(weir.address());
  for (int i = 0; i < 3; ++i) {
    Message answer = client.get("/a");
    CHECK(answer.status() == 502);
    CHECK(answer.complete);
    CHECK_FALSE(answer.fields.has("Connection"));
  }
}

}  // namespace weir::failover
