#include <doctest/doctest.h>

#include "system/proxying/setup.h"

namespace weir::proxying {

using support::chunk;
using support::kLastChunk;

namespace {

std::string behind_empty_line(const std::string& text) {
  std::size_t at = text.find("\n\n");
  return at == std::string::npos ? std::string() : text.substr(at + 2);
}

}  // namespace

TEST_CASE("GET, HEAD and POST pass, for curl") {
  Served served;
  CurlResult get = curl({served.weir.url("/bytes/100000")});
  CHECK(get.exit == 0);
  CHECK(get.status() == 200);
  CHECK(get.body.size() == 100'000);
  CHECK(get.field("Content-Length") == "100000");
  CHECK(get.field("X-Instance") == "backend");

  CurlResult head = curl({"--head", served.weir.url("/bytes/100000")});
  CHECK(head.exit == 0);
  CHECK(head.status() == 200);
  CHECK(head.field("Content-Length") == "100000");

  CurlResult post = curl({"--data-binary", "hello", served.weir.url("/echo")});
  CHECK(post.exit == 0);
  CHECK(post.body.starts_with("POST /echo HTTP/1.1\n"));
  CHECK(behind_empty_line(post.body) == "hello");
  CHECK(served.weir.metric("weir_http_requests_total{code=\"200\"}") == 3);
}

TEST_CASE("a request body with Content-Length goes on with the same") {
  Staged staged(FakeOrigin::answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
  RawClient client(staged.weir.address());
  Message answer = client.ask("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello");
  CHECK(answer.status() == 200);
  CHECK(answer.body == "ok");
  CHECK(answer.fields.value("Content-Length") == "2");
  Message request = staged.origin.requests().at(0);
  CHECK(request.fields.value("Content-Length") == "5");
  CHECK_FALSE(request.fields.has("Transfer-Encoding"));
  CHECK(request.body == "hello");
}

TEST_CASE("a chunked body passes both ways, with its trailers") {
  Staged staged(FakeOrigin::answering(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n"
      "5;name=value\r\nhello\r\n6\r\n world\r\n0\r\nX-Sum: 11\r\n\r\n"));
  RawClient client(staged.weir.address());
  Message answer = client.ask(
      "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTrailer: X-In\r\nTE: "
      "trailers\r\n"
      "Connection: TE\r\n\r\n" +
      chunk("one ") + chunk("two") + "0\r\nX-In: 7\r\n\r\n");
  CHECK(answer.status() == 200);
  CHECK(answer.complete);
  CHECK(answer.body == "hello world");
  CHECK(answer.trailers.value("X-Sum") == "11");
  CHECK_FALSE(answer.fields.has("X-Sum"));
  Message request = staged.origin.requests().at(0);
  CHECK(request.chunked);
  CHECK(request.body == "one two");
  CHECK(request.trailers.value("X-In") == "7");
  CHECK_FALSE(request.fields.has("X-In"));
  CHECK_FALSE(request.fields.has("Content-Length"));
}

TEST_CASE("trailers of a weir-backend reach curl") {
  Served served;
  CurlResult result = curl({"--raw", served.weir.url("/trailers")});
  CHECK(result.exit == 0);
  CHECK(result.field("Transfer-Encoding") == "chunked");
  CHECK(result.body.find("\r\n0\r\n") != std::string::npos);
}

TEST_CASE("an answer without framing becomes chunked and keeps the client's connection") {
  Staged staged([](Connection& connection) {
    connection.request();
    connection.send("HTTP/1.1 200 OK\r\n\r\nuntil the end");
  });
  RawClient client(staged.weir.address());
  for (int i = 0; i < 2; ++i) {
    Message answer = client.get("/");
    CHECK(answer.chunked);
    CHECK(answer.body == "until the end");
    CHECK(answer.complete);
  }
  CHECK(staged.origin.connections() == 2);
}

TEST_CASE("answers without a body have none, and the next request is answered") {
  for (std::string head :
       {"HTTP/1.1 204 No Content\r\n\r\n", "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n",
        "HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\n\r\n"}) {
    CAPTURE(head);
    Staged staged(FakeOrigin::answering(head));
    RawClient client(staged.weir.address());
    int status = std::stoi(head.substr(9));
    CHECK(client.get("/1").status() == status);
    Message second = client.get("/2");
    CHECK(second.status() == status);
    CHECK_FALSE(second.fields.has("Transfer-Encoding"));
    if (status == 204) CHECK_FALSE(second.fields.has("Content-Length"));
    CHECK(client.buffer().empty());
    CHECK(staged.origin.connections() == 1);
  }
}

TEST_CASE("the answer to HEAD tells the length and has no body") {
  for (std::string framing : {"Content-Length: 1000\r\n", "Transfer-Encoding: chunked\r\n", ""}) {
    CAPTURE(framing);
    Staged staged(FakeOrigin::answering("HTTP/1.1 200 OK\r\n" + framing + "\r\n"));
    RawClient client(staged.weir.address());
    std::string head = "HEAD /a HTTP/1.1\r\nHost: a\r\n\r\n";
    Message first = client.ask(head, "HEAD");
    CHECK(first.status() == 200);
    CHECK(first.fields.value("Content-Length") ==
          (framing.starts_with("Content-Length") ? "1000" : ""));
    CHECK(client.ask(head, "HEAD").status() == 200);
    CHECK(client.buffer().empty());
  }
}

TEST_CASE("empty bodies stay empty, in every framing") {
  Staged staged(FakeOrigin::answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
  RawClient client(staged.weir.address());
  for (const std::string& rest : {std::string("\r\n"), std::string("Content-Length: 0\r\n\r\n"),
                                  "Transfer-Encoding: chunked\r\n\r\n" + std::string(kLastChunk)}) {
    CAPTURE(rest);
    Message answer = client.ask("POST /a HTTP/1.1\r\nHost: a\r\n" + rest);
    CHECK(answer.status() == 200);
    CHECK(answer.body.empty());
    CHECK(staged.origin.requests().back().body.empty());
    CHECK(staged.origin.requests().back().complete);
  }
}

TEST_CASE("a large body comes back as it was sent, with Content-Length and chunked") {
  Served served;
  std::string body;
  for (int i = 0; body.size() < 3'000'000; ++i) body += std::to_string(i) + "\n";
  TempDir dir;
  std::string file = dir.write("body", body);
  CurlResult length = curl({"--data-binary", "@" + file, served.weir.url("/echo")});
  CHECK(length.exit == 0);
  CHECK(behind_empty_line(length.body) == body);
  CurlResult chunked = curl(
      {"-H", "Transfer-Encoding: chunked", "--data-binary", "@" + file, served.weir.url("/echo")});
  CHECK(chunked.exit == 0);
  CHECK(behind_empty_line(chunked.body) == body);
}

}  // namespace weir::proxying
