#include <doctest/doctest.h>

#include "system/bad_input/setup.h"

namespace weir::bad_input {

namespace {

constexpr std::size_t kUpload = 10 * 1024 * 1024;

// A route that answers an upload of this size by 413, and one that does not exist.
std::string config(const std::string& more = "") {
  return "listen: \"127.0.0.1:0\"\nupstreams: {app: [\"127.0.0.1:1\"]}\n"
         "routes: [{path: /small, max_body: 64k, upstream: app}]\n" +
         more;
}

std::string post(const std::string& path, const std::string& lines) {
  return "POST " + path + " HTTP/1.1\r\nHost: a\r\n" + lines + "\r\n";
}

}  // namespace

TEST_CASE("a 10 MiB POST to a route that answers 413 sees the 413 each of 100 times") {
  WeirProcess weir(config());
  std::string request = post("/small", "Content-Length: 10485760\r\n") + std::string(kUpload, 'b');
  int seen = 0;
  int sent_whole = 0;
  for (int i = 0; i < 100; ++i) {
    RawClient client(weir.address());
    sent_whole += client.try_send(request) == request.size();
    Message answer = client.response();
    seen += answer.status() == 413 && answer.complete;
    CHECK(client.read_to_end().empty());
    CHECK(client.end() == End::kFin);
  }
  CHECK(seen == 100);
  CHECK(sent_whole == 100);
  weir.wait_metric("weir_connections_open", 0);
  CHECK(weir.metric("weir_http_requests_total{route=\"/small\",code=\"413\"}") == 100);
  CHECK(weir.metric("weir_http_requests_rejected_total{reason=\"body_too_large\"}") == 100);
  CHECK(weir.metric("weir_timeouts_total") == 0);
}

TEST_CASE("the same for a chunked body, whose size shows only on the way") {
  BackendProcess backend;
  WeirProcess weir("listen: \"127.0.0.1:0\"\nlimits: {body: 64k}\nupstreams: {app: [\"" +
                   backend.address() + "\"]}\n");
  std::string request = post("/drain", "Transfer-Encoding: chunked\r\n");
  for (int i = 0; i < 160; ++i) request += chunk(std::string(65'536, 'c'));
  request += kLastChunk;
  int seen = 0;
  for (int i = 0; i < 30; ++i) {
    RawClient client(weir.address());
    client.try_send(request);
    Message answer = client.response();
    seen += answer.status() == 413 && answer.complete;
  }
  CHECK(seen == 30);
  weir.wait_metric("weir_connections_open", 0);
}

TEST_CASE("an upload to where nothing is sees its 404, and one whose backend is down its 502") {
  WeirProcess weir(config());
  std::string upload = "Content-Length: 10485760\r\n";
  for (int i = 0; i < 10; ++i) {
    RawClient client(weir.address());
    client.try_send(post("/none", upload) + std::string(kUpload, 'b'));
    CHECK(client.response().status() == 404);
  }
  WeirProcess down("listen: \"127.0.0.1:0\"\nupstreams: {app: [\"127.0.0.1:1\"]}\n");
  for (int i = 0; i < 10; ++i) {
    RawClient client(down.address());
    client.try_send(post("/", upload) + std::string(kUpload, 'b'));
    CHECK(client.response().status() == 502);
  }
}

TEST_CASE("an answer of the backend before the upload's end is seen, and both connections end") {
  FakeOrigin origin([](Connection& connection) {
    connection.request_head();
    connection.send("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno");
    connection.shut_down();
    connection.read_to_end();
  });
  WeirProcess weir("listen: \"127.0.0.1:0\"\nupstreams: {app: [\"" + origin.address() + "\"]}\n");
  for (std::size_t i = 0; i < 20; ++i) {
    RawClient client(weir.address());
    client.try_send(post("/", "Content-Length: 10485760\r\n") + std::string(kUpload, 'b'));
    Message answer = client.response();
    CHECK(answer.status() == 403);
    CHECK(answer.body == "no");
    CHECK(client.read_to_end().empty());
    origin.wait_ended(i + 1);
  }
}

TEST_CASE("curl sees the 413 of a large upload") {
  WeirProcess weir(config());
  support::TempDir dir;
  std::string file = dir.write("upload", std::string(kUpload, 'b'));
  // Without Expect, so that the body is on its way when the answer comes.
  CurlResult result = curl({"-H", "Expect:", "--data-binary", "@" + file, weir.url("/small")});
  CHECK(result.status() == 413);
}

TEST_CASE("a client that does not leave is left after timeouts.linger") {
  WeirProcess weir(config("timeouts: {linger: 100ms}\n"));
  RawClient client(weir.address());
  client.send(post("/small", "Content-Length: 10485760\r\n"));
  CHECK(client.response().status() == 413);
  CHECK(client.read_to_end().empty());
  weir.wait_metric("weir_connections_open", 0);
  CHECK(weir.metric("weir_timeouts_total{phase=\"linger\"}") == 1);
  CHECK(weir.metric("weir_connections_closed_total{reason=\"refused\"}") == 1);
}

}  // namespace weir::bad_input
