#include <doctest/doctest.h>

#include <vector>

#include "system/bad_input/setup.h"

namespace weir::bad_input {

namespace {

// What is sent, and how weir must refuse it.
struct Row {
  std::string bytes;
  int status;
  std::string reason;  // the label of weir_http_requests_rejected_total
};

std::string many_fields(int count) {
  std::string lines;
  for (int i = 0; i < count; ++i) lines += "X-" + std::to_string(i) + ": y\r\n";
  return lines;
}

std::string post(const std::string& lines) { return "POST / HTTP/1.1\r\nHost: a\r\n" + lines; }

const std::vector<Row>& rows() {
  static const std::vector<Row> kRows = {
      // Request lines.
      {"GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400, "bad_request"},
      {"GET /\r\n\r\n", 400, "bad_request"},
      {"GET / HTTP/1.1\nHost: a\n\n", 400, "bad_request"},
      {"GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n", 400, "bad_request"},
      {"(GET) / HTTP/1.1\r\nHost: a\r\n\r\n", 400, "bad_request"},
      {std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n", 13), 400, "bad_request"},
      {std::string("\0\0\0\0\r\n\r\n", 8), 400, "bad_request"},
      {"GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505, "version"},
      {"GET / HTTP/1.2\r\nHost: a\r\n\r\n", 505, "version"},
      {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, "version"},
      {"CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n", 501, "method_not_implemented"},
      {std::string(33, 'M') + " / HTTP/1.1\r\nHost: a\r\n\r\n", 501, "method_not_implemented"},
      {"TRACE / HTTP/1.1\r\nHost: a\r\n\r\n", 405, "method_not_implemented"},
      {"GET /" + std::string(9000, 'u') + " HTTP/1.1\r\nHost: a\r\n\r\n", 414, "uri_too_long"},
      // Paths.
      {"GET /../a HTTP/1.1\r\nHost: a\r\n\r\n", 400, "bad_path"},
      {"GET /a%00b HTTP/1.1\r\nHost: a\r\n\r\n", 400, "bad_path"},
      {"GET /a%zz HTTP/1.1\r\nHost: a\r\n\r\n", 400, "bad_path"},
      {"GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nHost: a\r\n\r\n", 400, "bad_path"},
      // Hosts.
      {"GET / HTTP/1.1\r\n\r\n", 400, "bad_host"},
      {"GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400, "bad_host"},
      {"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400, "bad_host"},
      {"GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400, "bad_host"},
      {"GET / HTTP/1.1\r\nHost: a:99999\r\n\r\n", 400, "bad_host"},
      // Fields.
      {"GET / HTTP/1.1\r\nHost: a\r\nNo colon\r\n\r\n", 400, "bad_request"},
      {"GET / HTTP/1.1\r\nHost: a\r\nX : y\r\n\r\n", 400, "bad_request"},
      {"GET / HTTP/1.1\r\nHost: a\r\nX: y\r\n folded\r\n\r\n", 400, "bad_request"},
      {"GET / HTTP/1.1\r\nHost: a\r\nX: a\x01"
       "b\r\n\r\n",
       400, "bad_request"},
      {"GET / HTTP/1.1\r\nHost: a\r\n" + many_fields(100) + "\r\n", 431, "too_many_headers"},
      {"GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(33'000, 'x') + "\r\n\r\n", 431,
       "header_too_large"},
      {post("Content-Length: 1\r\nExpect: magic\r\n\r\n"), 417, "expectation"},
      // Framing.
      {post("Content-Length: 1\r\nContent-Length: 1\r\n\r\na"), 400, "bad_framing"},
      {post("Content-Length: 1, 1\r\n\r\na"), 400, "bad_framing"},
      {post("Content-Length: +1\r\n\r\na"), 400, "bad_framing"},
      {post("Content-Length: 99999999999999999999\r\n\r\n"), 400, "bad_framing"},
      {post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), 400,
       "bad_framing"},
      {post("Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"), 400, "bad_framing"},
      {post("Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"), 400, "bad_framing"},
      {"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400, "bad_framing"},
      // Bodies.
      {post("Content-Length: 2000000\r\n\r\n"), 413, "body_too_large"},
      {post("Transfer-Encoding: chunked\r\n\r\nzz\r\n"), 400, "bad_body"},
      {post("Transfer-Encoding: chunked\r\n\r\n5\r\nhelloXX0\r\n\r\n"), 400, "bad_body"},
      {post("Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nBad trailer\r\n\r\n"), 400,
       "bad_body"},
      {post("Transfer-Encoding: chunked\r\n\r\n1e8480\r\n") + std::string(1'100'000, 'b'), 413,
       "body_too_large"},
  };
  return kRows;
}

// An origin that reads whatever comes: requests that turn out bad late have begun there.
void swallow(Connection& connection) { connection.read_to_end(); }

// How a client sees the refusal of what it sent.
void check_refused(RawClient& client, const Row& row) {
  Message answer = client.response();
  CHECK(answer.status() == row.status);
  CHECK(answer.fields.value("Connection") == "close");
  CHECK(answer.fields.value("Server") == "weir");
  CHECK(answer.complete);
  CHECK(client.read_to_end().empty());
  CHECK(client.end() == End::kFin);
}

}  // namespace

TEST_CASE("what cannot be taken is answered, counted with its reason, and the connection closed") {
  Staged staged(swallow, "limits: {body: 1m}\n");
  for (const Row& row : rows()) {
    std::string begin = row.bytes.substr(0, 100);
    CAPTURE(begin);
    double before = staged.rejected(row.reason);
    double all = staged.weir.metric("weir_http_requests_rejected_total");
    RawClient client(staged.weir.address());
    // What follows can never become a request.
    client.try_send(row.bytes + kGet);
    check_refused(client, row);
    CHECK(staged.rejected(row.reason) == before + 1);
    CHECK(staged.weir.metric("weir_http_requests_rejected_total") == all + 1);
  }
  staged.weir.wait_metric("weir_connections_open", 0);
  CHECK(staged.weir.metric("weir_connections_closed_total{reason=\"refused\"}") ==
        static_cast<double>(rows().size()));
}

TEST_CASE("the same where each byte comes alone") {
  Staged staged(swallow, "limits: {body: 1m}\n");
  for (const Row& row : rows()) {
    if (row.bytes.size() > 200) continue;
    std::string begin = row.bytes.substr(0, 100);
    CAPTURE(begin);
    RawClient client(staged.weir.address());
    for (char byte : row.bytes) {
      if (client.try_send({&byte, 1}) == 0) break;
    }
    check_refused(client, row);
  }
}

TEST_CASE("a good request before a bad one is answered, and then the bad one") {
  Staged staged(FakeOrigin::answering(kOk));
  RawClient client(staged.weir.address());
  client.send(kGet + std::string("GET / HTTP/1.1\r\nBad line\r\n\r\n"));
  CHECK(client.response().body == "ok");
  check_refused(client, {"", 400, ""});
  CHECK(staged.origin.requests().size() == 1);
}

TEST_CASE("a bad request opens no way to a hidden second one") {
  Staged staged(FakeOrigin::answering(kOk));
  std::string hidden = "GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n";
  for (const Row& row : rows()) {
    RawClient client(staged.weir.address());
    client.try_send(row.bytes + hidden);
    client.shut_down();
    client.read_to_end();
  }
  for (const Message& request : staged.origin.requests())
    CHECK(request.target().find("hidden") == std::string::npos);
}

TEST_CASE("the limits behind the refusals are configurable") {
  Staged staged(FakeOrigin::answering(kOk),
                "limits: {uri: 64, header_size: 1k, headers: 4, body: 10}\n");
  auto status = [&](const std::string& request) {
    RawClient client(staged.weir.address());
    return client.ask(request).status();
  };
  CHECK(status("GET /" + std::string(40, 'u') + " HTTP/1.1\r\nHost: a\r\n\r\n") == 200);
  CHECK(status("GET /" + std::string(80, 'u') + " HTTP/1.1\r\nHost: a\r\n\r\n") == 414);
  CHECK(status("GET / HTTP/1.1\r\nHost: a\r\n" + many_fields(3) + "\r\n") == 200);
  CHECK(status("GET / HTTP/1.1\r\nHost: a\r\n" + many_fields(4) + "\r\n") == 431);
  CHECK(status("GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(900, 'x') + "\r\n\r\n") == 200);
  CHECK(status("GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(1100, 'x') + "\r\n\r\n") == 431);
  CHECK(status(post("Content-Length: 10\r\n\r\n0123456789")) == 200);
  CHECK(status(post("Content-Length: 11\r\n\r\n0123456789a")) == 413);
  CHECK(status(post("Transfer-Encoding: chunked\r\n\r\n" + chunk("0123456789a") +
                    std::string(kLastChunk))) == 413);
  for (const char* limit : {"uri", "headers", "header_size"}) {
    std::string series = "weir_limit_hits_total{limit=\"" + std::string(limit) + "\"}";
    CHECK_MESSAGE(staged.weir.metric(series) == 1, series);
  }
  CHECK(staged.weir.metric("weir_limit_hits_total{limit=\"body\"}") == 2);
}

TEST_CASE("no route is 404, and the connection goes on") {
  FakeOrigin origin(FakeOrigin::answering(kOk));
  WeirProcess weir("listen: \"127.0.0.1:0\"\nupstreams: {app: [\"" + origin.address() +
                   "\"]}\nroutes: [{path: /a, upstream: app}]\n");
  RawClient client(weir.address());
  CHECK(client.get("/other").status() == 404);
  CHECK(client.get("/other").status() == 404);
  CHECK(origin.connections() == 0);
  CHECK(client.get("/a").status() == 200);
  CHECK(weir.metric("weir_http_requests_rejected_total{reason=\"no_route\"}") == 2);
  CHECK(weir.metric("weir_http_requests_total{route=\"none\",code=\"404\"}") == 2);
}

TEST_CASE("random bytes never crash or hang it") {
  Staged staged(FakeOrigin::answering(kOk));
  std::uint32_t seed = 12345;
  for (int i = 0; i < 300; ++i) {
    std::string noise = i % 2 == 0 ? "GET / HTTP/1.1\r\nHost: a\r\n" : "";
    for (int n = 0; n < 200; ++n) {
      seed = seed * 1664525 + 1013904223;
      noise += static_cast<char>(seed >> 24);
    }
    RawClient client(staged.weir.address());
    client.try_send(noise + "\r\n\r\n");
    client.shut_down();
    client.read_to_end();
  }
  CHECK(RawClient(staged.weir.address()).get("/").status() == 200);
  staged.weir.wait_metric("weir_connections_open", 0);
}

}  // namespace weir::bad_input
