#include "server/h1_exchange.h"

#include <doctest/doctest.h>

#include "stage.h"

namespace weir::server {

using http::Framing;
using http::Reason;

namespace {

std::string get(const std::string& target, const std::string& fields = "") {
  return "GET " + target + " HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n";
}

std::string post(std::size_t length, const std::string& fields = "") {
  return "POST /s/ HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(length) + "\r\n" +
         fields + "\r\n";
}

const std::string kChunkedPost =
    "POST /s/ HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";

}  // namespace

TEST_CASE("no route is 404, and the connection goes on") {
  Stage stage;
  stage.answer_at_once("ok");
  auto& client = stage.front.ask(get("/nowhere") + kGet);
  auto answers = stage.front.heard(client);
  REQUIRE(answers.size() == 2);
  CHECK(answers[0].status == 404);
  CHECK(answers[1].status == 200);
  CHECK(stage.front.rejected(Reason::kNoRoute) == 1);
  CHECK(stage.front.lines.at(0).route == "none");
  CHECK(stage.front.lines.at(0).path == "/nowhere");
}

TEST_CASE(
    "where another method would find a route it is 405 with Allow, and the connection goes on") {
  Stage stage;
  stage.answer_at_once("ok");
  routing::RouteOptions reads{"reads", {}, "/d/", {}};
  reads.when.methods = {"GET"};
  stage.front.add_route(reads, stage.script);
  routing::RouteOptions writes{"writes", {}, "= /d/x", {}};
  writes.when.methods = {"PUT"};
  stage.front.add_route(writes, stage.script);
  auto& client = stage.front.ask("POST /d/x HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab" +
                                 get("/d/x") + get("/e"));
  auto answers = stage.front.heard(client);
  REQUIRE(answers.size() == 3);
  CHECK(answers[0].status == 405);
  CHECK(answers[0].field("Allow") == "GET, HEAD, PUT");
  CHECK(answers[1].status == 200);
  CHECK(answers[2].status == 404);
  CHECK(answers[2].field("Allow") == "(none)");
  CHECK(stage.front.rejected(Reason::kMethodNotAllowed) == 1);
  CHECK(stage.front.lines.at(0).route == "none");
  CHECK(stage.front.lines.at(1).route == "reads");
}

TEST_CASE("routes may ask for the client, as trusted proxies tell it, and for the listener") {
  Stage stage;
  stage.answer_at_once("ok");
  stage.front.options.trusted_proxies = {net::Cidr::parse("192.0.2.0/24").value()};
  routing::RouteOptions inside{"inside", {}, "/s/", {}};
  inside.when.clients = {"10.0.0.0/8"};
  inside.when.listener = 0;
  stage.front.add_route(inside, stage.script);
  routing::RouteOptions elsewhere{"elsewhere", {}, "= /s/", {}};
  elsewhere.when.listener = 1;
  stage.front.add_route(elsewhere, stage.script);
  auto& client = stage.front.ask(kGet + get("/s/", "X-Forwarded-For: 10.1.2.3\r\n"));
  REQUIRE(stage.front.heard(client).size() == 2);
  CHECK(stage.front.lines.at(0).route == "script");
  CHECK(stage.front.lines.at(1).route == "inside");
}

TEST_CASE("the path of a forwarding route without its slash is redirected, query and all") {
  Stage stage;
  stage.front.add_route({"app", {}, "/app/", {}}, stage.script, true);
  auto& client = stage.front.ask(get("/app"));
  auto answer = stage.front.answer(client);
  CHECK(answer.status == 301);
  CHECK(answer.field("Location") == "/app/");
  CHECK(answer.body.find("301") != std::string::npos);
  stage.front.say(client, get("//x/../app?a=b&c=%20//"));
  CHECK(stage.front.answer(client).field("Location") == "/app/?a=b&c=%20//");
  stage.front.say(client, get("/app?"));
  CHECK(stage.front.answer(client).field("Location") == "/app/?");
  CHECK(stage.front.codes(1, 301) == 3);
  CHECK(stage.script.begun() == 0);
}

TEST_CASE("TRACE is not taken") {
  Stage stage;
  auto& client = stage.front.ask("TRACE /s/ HTTP/1.1\r\nHost: a\r\n\r\n");
  auto answer = stage.front.answer(client);
  CHECK(answer.status == 405);
  CHECK(answer.field("Allow") != "(none)");
  CHECK(client.ended());
}

TEST_CASE("an own answer before the body keeps the connection only where the body is there") {
  Stage stage;
  std::string head = "POST /no HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n";
  auto& client = stage.front.ask(head + "abc" + head + "abc" + head + "a");
  auto answers = stage.front.heard(client);
  REQUIRE(answers.size() == 3);
  CHECK(answers[0].field("Connection") == "(none)");
  CHECK(answers[1].field("Connection") == "(none)");
  CHECK(answers[2].field("Connection") == "close");
  CHECK(client.ended());
}

TEST_CASE("a body over its limit is 413: by its length before a byte of it, else when it is over") {
  SUBCASE("by its length") {
    Stage stage;
    auto& client = stage.front.ask(post((1 << 20) + 1, "Expect: 100-continue\r\n"));
    CHECK(stage.front.answer(client).status == 413);
    CHECK(stage.script.begun() == 0);
    CHECK(stage.front.hits(Limit::kBody) == 1);
    CHECK(stage.front.closed(CloseReason::kRefused) == 0);
    client.shut_down();
    stage.network.run();
    CHECK(stage.front.closed(CloseReason::kRefused) == 1);
  }
  SUBCASE("of the route") {
    Stage stage;
    stage.front.add_route({"small", {}, "/s/small", {}}, stage.script, false, 5);
    auto& client = stage.front.ask(
        "POST /s/small HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n12345"
        "POST /s/small HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\n123456");
    CHECK(client.received().empty());
    stage.respond([&](auto& to) { memory::answer_text(stage.script.request(), to, "ok"); });
    auto answers = stage.front.heard(client);
    REQUIRE(answers.size() == 2);
    CHECK(answers[0].status == 200);
    CHECK(answers[1].status == 413);
    CHECK(stage.front.codes(1, 413) == 1);
  }
  SUBCASE("chunked") {
    for (std::size_t size : memory::kReadSizes) {
      Stage stage;
      stage.network.set_read_size(size);
      stage.front.add_route({"small", {}, "/s/small", {}}, stage.script, false, 5);
      auto& client = stage.front.ask(
          "POST /s/small HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
          "3\r\nabc\r\n2\r\nde\r\n");
      CHECK(client.received().empty());
      stage.front.say(client, "1\r\nf\r\n0\r\n\r\n");
      auto answer = stage.front.answer(client);
      CHECK(answer.status == 413);
      CHECK(answer.field("Connection") == "close");
      CHECK(stage.script.body() == "abcde");
      CHECK(stage.script.ended() == 0);
      CHECK(stage.script.alive() == 0);
      CHECK(stage.front.hits(Limit::kBody) == 1);
      CHECK(stage.front.rejected(Reason::kBodyTooLarge) == 1);
    }
  }
  SUBCASE("behind an answer that has begun it is a cut") {
    Stage stage;
    stage.front.options.limits.body = 5;
    stage.front.options.routes[0].max_body = 5;
    auto& client = stage.front.ask(kChunkedPost + "3\r\nabc\r\n");
    stage.respond([](auto& to) { to.head(head_of(200, Framing::kChunked)); });
    stage.front.say(client, "3\r\ndef\r\n");
    CHECK(!stage.front.answer(client).whole);
    CHECK(client.closed());
    CHECK(stage.front.rejected(Reason::kBodyTooLarge) == 1);
    CHECK(stage.front.closed(CloseReason::kCut) == 1);
  }
}

TEST_CASE("requests that are refused before they are routed say why and close") {
  struct Case {
    std::string request;
    unsigned status;
    Reason reason;
  };
  const std::string line = "X: " + std::string(1000, 'x') + "\r\n";
  std::string large;
  for (int i = 0; i < 34; ++i) large += line;
  std::string many;
  for (int i = 0; i < 101; ++i) many += "X: y\r\n";
  const Case cases[] = {
      {"GET /s/ HTTP/1.1\r\n\r\n", 400, Reason::kBadHost},
      {"GET /../s/ HTTP/1.1\r\nHost: a\r\n\r\n", 400, Reason::kBadPath},
      {"GET /s/ HTTP/2.0\r\nHost: a\r\n\r\n", 505, Reason::kVersion},
      {get("/" + std::string(9000, 'x')), 414, Reason::kUriTooLong},
      {get("/s/", large), 431, Reason::kHeaderTooLarge},
      {get("/s/", many), 431, Reason::kTooManyHeaders},
      {get("/s/", "Expect: the-moon\r\n"), 417, Reason::kExpectation},
      {"CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n", 501, Reason::kMethodNotImplemented},
      {kChunkedPost + "x\r\n", 400, Reason::kBadBody},
      {post(1, "Transfer-Encoding: chunked\r\n"), 400, Reason::kBadFraming},
  };
  for (std::size_t size : memory::kReadSizes) {
    for (const Case& one : cases) {
      CAPTURE(one.status);
      CAPTURE(text_of(one.reason));
      Stage stage;
      stage.network.set_read_size(size);
      auto& client = stage.front.ask(one.request);
      auto answer = stage.front.answer(client);
      CHECK(answer.status == one.status);
      CHECK(answer.field("Connection") == "close");
      CHECK(client.ended());
      CHECK(stage.front.rejected(one.reason) == 1);
      CHECK(stage.front.rejected() == 1);
      client.close();
      stage.network.run();
      CHECK(stage.front.closed(CloseReason::kRefused) == 1);
      CHECK(stage.front.hits(Limit::kUri) == (one.status == 414 ? 1 : 0));
      CHECK(stage.front.hits(Limit::kHeaderSize) + stage.front.hits(Limit::kHeaders) ==
            (one.status == 431 ? 1 : 0));
    }
  }
}

TEST_CASE("a refused expectation leaves the request known to the log") {
  Stage stage;
  auto& client = stage.front.ask("HEAD /s/ HTTP/1.1\r\nHost: a\r\nExpect: x\r\n\r\n");
  auto answer = stage.front.answer(client, http::Method::kHead);
  CHECK(answer.status == 417);
  CHECK(answer.body.empty());
  CHECK(stage.front.lines.at(0).method == "HEAD");
  CHECK(stage.front.lines.at(0).id == answer.field("X-Request-ID"));
}

TEST_CASE("an answer that begins early goes on beside the upload, and ends the connection") {
  Stage stage;
  auto& client = stage.front.ask(post(10) + "01234");
  stage.respond([](auto& to) {
    to.head(head_of(200, Framing::kChunked));
    to.body("a");
  });
  stage.front.say(client, "567");
  CHECK(stage.script.body() == "01234567");
  SUBCASE("also where the request gets whole first") {
    stage.front.say(client, "89" + kGet);
    CHECK(stage.script.ended() == 1);
    stage.respond([](auto& to) { to.end(nullptr); });
  }
  SUBCASE("where the answer ends first, the upload stops") {
    stage.respond([](auto& to) { to.end(nullptr); });
    stage.front.say(client, "89" + kGet);
    CHECK(stage.script.ended() == 0);
    CHECK(client.stream()->other()->inbox() == 0);
  }
  CHECK(stage.script.begun() == 1);
  auto answer = stage.front.answer(client);
  CHECK(answer.whole);
  CHECK(answer.body == "a");
  CHECK(answer.field("Connection") == "close");
  CHECK(client.ended());
  client.close();
  stage.network.run();
  CHECK(stage.front.closed(CloseReason::kFinished) == 1);
}

TEST_CASE("an upload that stalls beside an answer is cut at client_body") {
  Stage stage;
  auto& client = stage.front.ask(post(10) + "01234");
  stage.respond([](auto& to) { to.head(head_of(200, Framing::kChunked)); });
  stage.pass(30'020);
  CHECK(client.closed());
  CHECK(!stage.front.answer(client).whole);
  CHECK(stage.front.timeouts(http::Phase::kClientBody) == 1);
  CHECK(stage.front.closed(CloseReason::kTimeout) == 1);
}

TEST_CASE("request ids are unique; those of trusted peers are kept where they are sane") {
  Stage stage;
  stage.front.options.trusted_proxies.push_back(net::Cidr::parse("10.0.0.0/8").value());
  stage.answer_at_once("ok");
  auto id_of = [&](memory::MemoryPeer& client, const std::string& given) {
    stage.front.say(client, get("/s/", "X-Request-ID: " + given + "\r\n"));
    auto answer = stage.front.answer(client);
    CHECK(answer.field("X-Request-ID") == stage.front.lines.back().id);
    return stage.front.lines.back().id;
  };
  auto& stranger = stage.front.connect("192.0.2.1");
  std::string first = id_of(stranger, "abc");
  CHECK(first.size() == 32);
  CHECK(id_of(stranger, "abc") != first);
  auto& trusted = stage.front.connect("10.1.2.3");
  CHECK(id_of(trusted, "abc") == "abc");
  CHECK(id_of(trusted, std::string(128, 'x')) == std::string(128, 'x'));
  CHECK(id_of(trusted, std::string(129, 'x')).size() == 32);
  CHECK(id_of(trusted, "a b").size() == 32);
  CHECK(id_of(trusted, "a\"b").size() == 32);
  CHECK(id_of(trusted, "a\xc3\xa4").size() == 32);
  CHECK(id_of(trusted, "").size() == 32);
}

TEST_CASE(
    "an https target without TLS is misdirected, but where a gateway that is trusted says it") {
  Stage stage;
  stage.front.options.trusted_proxies.push_back(net::Cidr::parse("10.0.0.0/8").value());
  stage.answer_at_once("ok");
  auto asked = [&](const char* ip, const std::string& target) {
    auto& client = stage.front.connect(ip);
    stage.front.say(client, "GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n");
    return stage.front.answer(client).status;
  };
  CHECK(asked("192.0.2.1", "https://a/s/") == 421);
  CHECK(asked("192.0.2.1", "http://a/s/") == 200);
  CHECK(asked("10.1.2.3", "https://a/s/") == 200);
  CHECK(stage.front.rejected(Reason::kMisdirected) == 1);
}

TEST_CASE("the client is who a trusted peer says, and else the peer") {
  Stage stage;
  stage.front.options.trusted_proxies.push_back(net::Cidr::parse("10.0.0.0/8").value());
  stage.answer_at_once("ok");
  for (const char* ip : {"10.1.2.3", "192.0.2.1", "unix:", "::ffff:10.1.2.3"}) {
    auto& client = stage.front.connect(ip);
    stage.front.say(client, get("/s/", "X-Forwarded-For: 198.51.100.7\r\n"));
    CHECK(stage.front.answer(client).status == 200);
  }
  REQUIRE(stage.front.lines.size() == 4);
  CHECK(stage.front.lines[0].client == "198.51.100.7");
  CHECK(stage.front.lines[1].client == "192.0.2.1");
  CHECK(stage.front.lines[2].client == "unix:");
  CHECK(stage.front.lines[3].client == "198.51.100.7");
}

TEST_CASE("methods are counted by listener") {
  Stage stage;
  stage.answer_at_once("ok");
  stage.front.ask(kGet + kGet + get("/nowhere") + "BREW /s/ HTTP/1.1\r\nHost: a\r\n\r\n");
  const auto& methods = stage.front.listener.methods;
  CHECK(methods[static_cast<std::size_t>(http::Method::kGet)].get() == 3);
  CHECK(methods[static_cast<std::size_t>(http::Method::kOther)].get() == 1);
}

TEST_CASE("the client gone is 499, counted once, in each state of the exchange") {
  enum When { kInHead, kInBody, kWaiting, kInterim, kAnswering, kCongested, kCount };
  enum How { kFin, kReset, kWriteFails };
  for (int when = kInHead; when < kCount; ++when) {
    for (int how : {kFin, kReset, kWriteFails}) {
      for (auto half_close : {HalfClose::kFinish, HalfClose::kAbort}) {
        CAPTURE(when);
        CAPTURE(how);
        bool whole = when >= kWaiting;
        // A FIN behind a whole request is a half-close, unless the file says otherwise.
        if (how == kFin && whole && half_close == HalfClose::kFinish) continue;
        // Only what is written can fail; behind a FIN it is the only sign.
        if (how == kWriteFails && (!whole || half_close == HalfClose::kAbort)) continue;
        Stage stage;
        stage.front.options.half_close = half_close;
        stage.front.options.limits.buffer_per_stream = 1000;
        if (when == kCongested) stage.front.window = 100;
        auto& client = stage.front.connect();
        std::string request = post(10) + "0123456789";
        stage.front.say(client, request.substr(0, whole             ? request.size()
                                                  : when == kInBody ? request.size() - 3
                                                                    : 10));
        if (when == kCongested) client.stream()->pause();
        if (when == kInterim) {
          stage.respond([](auto& to) { to.interim(head_of(103, Framing::kNone)); });
        }
        if (when >= kAnswering) {
          stage.respond([&](auto& to) {
            to.head(head_of(200, Framing::kChunked));
            to.body(stage.bytes(std::string(2000, 'x')));
          });
        }
        if (how == kFin) client.shut_down();
        if (how == kWriteFails) client.shut_down();
        if (how == kWriteFails) stage.network.run();
        if (how != kFin) client.reset();
        stage.network.run();
        for (int i = 0; i < 2 && how == kWriteFails && stage.script.alive() > 0; ++i) {
          stage.respond([&](auto& to) {
            if (when < kAnswering && i == 0) to.head(head_of(200, Framing::kChunked));
            to.body("more");
          });
        }
        CHECK(stage.script.alive() == 0);
        REQUIRE(stage.front.lines.size() == 1);
        bool begun = when >= kAnswering || how == kWriteFails;
        CHECK(stage.front.lines[0].record.status == (begun ? 200 : 499));
        CHECK(stage.front.lines[0].record.reason == Reason::kClientClosed);
        CHECK(stage.front.rejected(Reason::kClientClosed) == 1);
        CHECK(stage.front.rejected() == 1);
        CHECK(stage.front.closed(CloseReason::kClient) == 1);
        CHECK(stage.front.timeouts() == 0);
      }
    }
  }
}

TEST_CASE("behind a half-close the answers come all the same, to every request that was sent") {
  for (std::size_t size : memory::kReadSizes) {
    Stage stage;
    stage.network.set_read_size(size);
    auto& client = stage.front.connect();
    client.send(kGet + post(3) + "abc" + kGet);
    client.shut_down();
    stage.network.run();
    for (int i = 0; i < 3; ++i) {
      REQUIRE(stage.script.begun() == i + 1);
      CHECK(!client.closed());
      stage.respond([&](auto& to) { memory::answer_text(stage.script.request(), to, "ok"); });
    }
    auto answers = stage.front.heard(client);
    REQUIRE(answers.size() == 3);
    CHECK(answers[0].field("Connection") == "(none)");
    CHECK(answers[2].field("Connection") == "close");
    CHECK(client.closed());
    CHECK(stage.front.timeouts() == 0);
    CHECK(stage.front.closed(CloseReason::kFinished) == 1);
  }
}

TEST_CASE("a pipelined request that a FIN cuts short ends the connection at once") {
  for (const char* rest :
       {"GET /s/ HT", "POST /s/ HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nx"}) {
    Stage stage;
    auto& client = stage.front.connect();
    client.send(kGet + rest);
    client.shut_down();
    stage.network.run();
    stage.respond([&](auto& to) { memory::answer_text(stage.script.request(), to, "ok"); });
    CHECK(client.closed());
    CHECK(stage.front.answer(client).status == 200);
    REQUIRE(stage.front.lines.size() == 2);
    CHECK(stage.front.lines[1].record.status == 499);
    CHECK(stage.front.timeouts() == 0);
  }
}

}  // namespace weir::server
