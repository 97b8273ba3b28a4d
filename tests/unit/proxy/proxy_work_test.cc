#include "proxy/proxy_work.h"

#include <doctest/doctest.h>

#include "stage.h"

namespace weir::proxy {

using http::Flow;

namespace {

constexpr base::Bytes kHead = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n";
const std::string kGet = "GET / HTTP/1.1\r\nHost: a\r\n";
const std::string kPost = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n";
const std::string kChunkedPost = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n";

}  // namespace

TEST_CASE("body bytes are passed on as they come, both ways") {
  Stage stage;
  Client client(stage, kPost);
  memory::MemoryPeer& backend = stage.backend();
  backend.take();
  CHECK(client.send("12345") == Flow::kGo);
  CHECK(backend.received() == "12345");
  client.send("67890");
  client.finish();
  CHECK(backend.received() == "1234567890");
  stage.answer(backend, kHead);
  CHECK(client.told() == "head 200");
  stage.answer(backend, "abcde");
  CHECK(client.told() == "head 200; body abcde");
  stage.answer(backend, "fghij");
  CHECK(client.told() == "head 200; body abcdefghij; end");
  CHECK(stage.idle() == 1);
}

TEST_CASE("a chunked request is framed anew, with its trailers") {
  Stage stage;
  Client client(stage, kChunkedPost + "Trailer: X-Sum\r\n");
  memory::MemoryPeer& backend = stage.backend();
  CHECK(backend.take().find("Transfer-Encoding: chunked\r\n") != std::string::npos);
  client.send("");
  CHECK(backend.received().empty());
  client.send("0123456789abcdef");
  client.send("x");
  client.finish({{"X-Sum", "17"}});
  CHECK(backend.received() == "10\r\n0123456789abcdef\r\n1\r\nx\r\n0\r\nX-Sum: 17\r\n\r\n");
}

TEST_CASE("the trailers of an answer are passed on") {
  Stage stage;
  Client client(stage, kGet);
  stage.answer(
      stage.backend(),
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-Sum: 3\r\n\r\n");
  CHECK(client.told() == "head 200; body abc; end X-Sum=3");
  CHECK(stage.idle() == 1);
}

TEST_CASE("a body that comes before the connection is kept, and the client paused at once") {
  Stage stage;
  stage.connector.plan(Stage::port(0), memory::Plan::kHang);
  Client client(stage, kPost);
  CHECK(client.send("12345") == Flow::kPause);
  stage.connector.settle(Stage::port(0), memory::Plan::kAccept);
  stage.network.run();
  CHECK(client.told() == "resume");
  CHECK(stage.backend().received().ends_with("\r\n\r\n12345"));
  CHECK(client.send("67890") == Flow::kGo);
  client.finish();
  stage.answer(stage.backend(), "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  CHECK(client.told() == "resume; head 200; end");
}

TEST_CASE("a body over the bound that came before the connection is sent whole all the same") {
  Stage stage;
  stage.options.retry.replay_body = 4;
  stage.connector.plan(Stage::port(0), memory::Plan::kHang);
  Client client(stage, kPost);
  client.send("1234567890");
  client.finish();
  stage.connector.settle(Stage::port(0), memory::Plan::kAccept);
  stage.network.run();
  CHECK(stage.backend().received().ends_with("\r\n\r\n1234567890"));
}

TEST_CASE("a backend that does not keep up pauses the client until it does") {
  Stage stage;
  stage.connector.set_window(1000, 2000);
  Client client(stage, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 12000\r\n");
  memory::MemoryPeer& backend = stage.backend();
  backend.stream()->pause();
  std::string piece(4000, 'x');
  CHECK(client.send(piece) == Flow::kGo);
  CHECK(client.send(piece) == Flow::kPause);
  CHECK(client.told().empty());
  backend.stream()->resume();
  stage.network.run();
  CHECK(client.told() == "resume");
  CHECK(client.send(piece) == Flow::kGo);
  client.finish();
  stage.network.run();
  CHECK(backend.received().size() - backend.received().find("\r\n\r\n") - 4 == 12'000);
}

TEST_CASE("a client that does not keep up pauses the backend until it does") {
  Stage stage;
  Client client(stage, kGet);
  memory::MemoryPeer& backend = stage.backend();
  memory::MemoryStream* ours = backend.stream()->other();
  stage.answer(backend, kHead);
  client.flow = Flow::kPause;
  stage.answer(backend, "12345");
  CHECK(!ours->reading());
  stage.answer(backend, "67890");
  CHECK(client.told() == "head 200; body 12345");
  client.flow = Flow::kGo;
  client.writable();
  CHECK(client.told() == "head 200; body 1234567890; end");
  CHECK(stage.idle() == 1);
  CHECK(ours->reading());
}

TEST_CASE("an answer that ends while the client does not keep up leaves its connection reading") {
  Stage stage;
  Client client(stage, kGet);
  client.flow = Flow::kPause;
  memory::MemoryPeer& backend = stage.backend();
  stage.answer(backend, std::string(kHead) + "1234567890");
  CHECK(client.told() == "head 200; body 1234567890; end");
  REQUIRE(stage.idle() == 1);
  CHECK(backend.stream()->other()->reading());
  client.writable();
  CHECK(client.heard().size() == 3);
}

TEST_CASE("1xx answers are passed on before the final one") {
  Stage stage;
  Client client(stage, kGet);
  stage.answer(stage.backend(), "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
  stage.answer(stage.backend(), "HTTP/1.1 102 Processing\r\n\r\n");
  stage.answer(stage.backend(), "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  CHECK(client.told() == "interim 103; interim 102; head 200; end");
}

TEST_CASE("an expectation goes to the backend, and its 100 comes back") {
  Stage stage;
  Client client(stage, kPost + "Expect: 100-continue\r\n");
  CHECK(stage.backend().received().find("Expect: 100-continue\r\n") != std::string::npos);
  stage.answer(stage.backend(), "HTTP/1.1 100 Continue\r\n\r\n");
  CHECK(client.told() == "interim 100");
  stage.time.advance(base::Duration(2000));
  CHECK(client.told() == "interim 100");
  client.send("1234567890");
  client.finish();
  stage.answer(stage.backend(), "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  CHECK(client.told() == "interim 100; head 200; end");
}

TEST_CASE("a backend that is silent on an expectation is spoken for after a second") {
  Stage stage;
  Client client(stage, kPost + "Expect: 100-continue\r\n");
  stage.time.advance(base::Duration(990));
  CHECK(client.told().empty());
  stage.time.advance(base::Duration(20));
  CHECK(client.told() == "interim 100");
  stage.answer(stage.backend(), "HTTP/1.1 100 Continue\r\n\r\n");
  CHECK(client.told() == "interim 100");
}

TEST_CASE("a body that comes unasked is forwarded, and no 100 invented") {
  Stage stage;
  Client client(stage, kPost + "Expect: 100-continue\r\n");
  client.send("1234567890");
  CHECK(stage.backend().received().ends_with("1234567890"));
  stage.time.advance(base::Duration(2000));
  CHECK(client.told().empty());
}

TEST_CASE("a refused expectation is passed on, and its connection not used again") {
  Stage stage;
  Client client(stage, kPost + "Expect: 100-continue\r\n");
  stage.answer(stage.backend(), "HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n");
  CHECK(client.told() == "head 413; end");
  CHECK(stage.idle() == 0);
  stage.time.advance(base::Duration(2000));
  CHECK(client.told() == "head 413; end");
}

TEST_CASE(
    "an answer that begins before the request is whole goes on at once, the upload beside it") {
  Stage stage;
  Client client(stage, kPost);
  client.send("12345");
  stage.answer(stage.backend(), kHead);
  stage.answer(stage.backend(), "abcde");
  CHECK(client.told() == "head 200; body abcde");
  client.send("67890");
  client.finish();
  CHECK(stage.backend().received().ends_with("1234567890"));
  stage.answer(stage.backend(), "fghij");
  CHECK(client.told() == "head 200; body abcdefghij; end");
  CHECK(stage.idle() == 1);
}

TEST_CASE("an answer that ends before the request is whole ends the upload and the connection") {
  Stage stage;
  Client client(stage, kPost);
  client.send("12345");
  memory::MemoryPeer& backend = stage.backend();
  stage.answer(backend, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  CHECK(client.told() == "head 200; end");
  CHECK(backend.closed());
  CHECK(stage.idle() == 0);
  CHECK(client.send("67890") == Flow::kGo);
  client.finish();
  CHECK(client.told() == "head 200; end");
}

TEST_CASE("an answer is read also where the backend has closed on the rest of the request") {
  Stage stage;
  Client client(stage, kPost);
  client.send("12345");
  memory::MemoryPeer& backend = stage.backend();
  {
    net::Turns::Scope turn(stage.time.turns());
    client.send("67", false);
  }
  // Its answer is under way, and so is the RST for what it did not read.
  backend.send("HTTP/1.1 413 Content Too Large\r\nContent-Length: 3\r\n\r\nbig");
  backend.reset();
  client.send("890", false);
  stage.network.run();
  CHECK(client.told() == "head 413; body big; end");
}

TEST_CASE("an answer cut short is cut for the client, not made whole") {
  for (bool chunked : {false, true}) {
    Stage stage;
    Client client(stage, kGet);
    std::string head = chunked
                           ? "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n"
                           : std::string(kHead) + "abcde";
    stage.answer(stage.backend(), head);
    stage.backend().close();
    stage.network.run();
    CHECK(client.told() == "head 200; body abcde; fail 502 upstream_cut");
    CHECK(stage.failures(upstream::FailureKind::kCut) == 1);
  }
}

TEST_CASE("an answer that is not HTTP is a 502") {
  Stage stage;
  Client client(stage, kGet);
  stage.answer(stage.backend(), "SSH-2.0-OpenSSH_9.2\r\n\r\n");
  CHECK(client.told() == "fail 502 upstream_malformed");
  CHECK(stage.failures(upstream::FailureKind::kMalformed) == 1);
  CHECK(stage.backend().closed());
}

TEST_CASE("a 101 that nobody asked for is a malformed answer") {
  Stage stage;
  Client client(stage, kGet);
  stage.answer(stage.backend(), "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n");
  CHECK(client.told() == "fail 502 upstream_malformed");
}

TEST_CASE("what comes behind the answer's end prevents reuse and nothing else") {
  Stage stage;
  Client client(stage, kGet);
  stage.answer(stage.backend(),
               "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n");
  CHECK(client.told() == "head 200; body ok; end");
  CHECK(stage.idle() == 0);
}

TEST_CASE("the session may leave inside each of the upcalls") {
  constexpr base::Bytes kAnswer =
      "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
  for (const char* at : {"interim", "head", "body", "end"}) {
    Stage stage;
    Client client(stage, kGet, false);
    client.leave_at = at;
    client.begin();
    stage.answer(stage.backend(), kAnswer);
    CHECK(client.heard().back().starts_with(at));
    CHECK(stage.in_flight() == 0);
  }
  Stage stage;
  stage.options.endpoints.front().down = true;
  Client client(stage, kGet, false);
  client.leave_at = "fail";
  client.begin();
  CHECK(client.heard().size() == 1);
}

TEST_CASE("a client that leaves gives up its lease, in every state") {
  enum When { kConnecting, kUploading, kAwaiting, kAnswering, kPaused, kDone, kCount };
  for (int when = kConnecting; when < kCount; ++when) {
    CAPTURE(when);
    Stage stage;
    if (when == kConnecting) stage.connector.plan(Stage::port(0), memory::Plan::kHang);
    Client client(stage, kPost);
    client.send("12345");
    if (when >= kAwaiting) client.send("67890");
    if (when >= kAwaiting) client.finish();
    if (when == kPaused) client.flow = Flow::kPause;
    if (when >= kAnswering) stage.answer(stage.backend(), std::string(kHead) + "abc");
    if (when == kDone) stage.answer(stage.backend(), "defghij");
    client.leave();
    CHECK(stage.in_flight() == 0);
    CHECK(stage.backend().closed() == (when != kDone));
    CHECK(stage.idle() == (when == kDone ? 1 : 0));
    auto told = client.told();
    stage.time.advance(base::Duration(300'000));
    CHECK(client.told() == told);
  }
}

}  // namespace weir::proxy
