// How what a handler says goes on the wire: the answer half of H1Exchange.

#include <doctest/doctest.h>

#include "server/h1_exchange.h"
#include "stage.h"

namespace weir::server {

using http::Framing;
using http::Method;
using http::Reason;

namespace {

const std::string kOld = "GET /s/ HTTP/1.0\r\n\r\n";
const std::string kOldKeep = "GET /s/ HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";
const std::string kHead = "HEAD /s/ HTTP/1.1\r\nHost: a\r\n\r\n";

// What is sent, what the handler says, and what must be on the wire.
struct Row {
  std::string request;
  unsigned status;
  Framing framing;
  const char* length;      // of Content-Length
  const char* coding;      // of Transfer-Encoding
  const char* connection;  // of Connection
  bool body;
};

}  // namespace

TEST_CASE("the framing of an answer follows from what the client understands") {
  const char* none = "(none)";
  const Row rows[] = {
      {kGet, 200, Framing::kLength, "5", none, none, true},
      {kGet, 200, Framing::kNone, "0", none, none, false},
      {kGet, 200, Framing::kChunked, none, "chunked", none, true},
      {kGet, 200, Framing::kUntilClose, none, "chunked", none, true},
      {kGet, 204, Framing::kNone, none, none, none, false},
      {kGet, 204, Framing::kLength, none, none, none, false},
      {kGet, 304, Framing::kLength, "5", none, none, false},
      {kGet, 304, Framing::kChunked, none, none, none, false},
      {kHead, 200, Framing::kLength, "5", none, none, false},
      {kHead, 200, Framing::kNone, none, none, none, false},
      {kHead, 200, Framing::kChunked, none, none, none, false},
      {kOld, 200, Framing::kLength, "5", none, "close", true},
      {kOld, 200, Framing::kChunked, none, none, "close", true},
      {kOld, 200, Framing::kUntilClose, none, none, "close", true},
      {kOldKeep, 200, Framing::kLength, "5", none, "keep-alive", true},
      {kOldKeep, 200, Framing::kChunked, none, none, "close", true},
      {kOldKeep, 304, Framing::kChunked, none, none, "keep-alive", false},
      {"GET /s/ HTTP/1.1\r\nHost: a\r\nConnection: x, Close\r\n\r\n", 200, Framing::kLength, "5",
       none, "close", true},
  };
  for (const Row& row : rows) {
    CAPTURE(row.request);
    CAPTURE(row.status);
    CAPTURE(static_cast<int>(row.framing));
    Stage stage;
    auto& client = stage.front.ask(row.request);
    stage.respond([&](auto& to) {
      to.head(head_of(row.status, row.framing, 5));
      if (row.framing != Framing::kNone) CHECK(to.body("hello") == http::Flow::kGo);
      to.end(nullptr);
    });
    auto method = row.request.starts_with("HEAD") ? Method::kHead : Method::kGet;
    bool ends = std::string(row.connection) == "close";
    CHECK(client.closed() == ends);
    auto answer = stage.front.answer(client, method);
    CHECK(answer.status == row.status);
    CHECK(answer.whole);
    CHECK(answer.field("Content-Length") == row.length);
    CHECK(answer.field("Transfer-Encoding") == row.coding);
    CHECK(answer.field("Connection") == row.connection);
    CHECK(answer.body == (row.body ? "hello" : ""));
    if (ends) continue;
    stage.front.say(client, kGet);
    CHECK(stage.script.begun() == 2);
  }
}

TEST_CASE("trailers go where the framing carries them, else they are dropped") {
  for (const auto& request : {kGet, kOld}) {
    for (auto framing : {Framing::kChunked, Framing::kLength}) {
      Stage stage;
      auto& client = stage.front.ask(request);
      stage.respond([&](auto& to) {
        to.head(head_of(200, framing, 2));
        to.body("hi");
        http::Fields trailers;
        trailers.add(*stage.script.request().arena, "X-Sum", "2");
        to.end(&trailers);
      });
      auto answer = stage.front.answer(client);
      CHECK(answer.body == "hi");
      CHECK(answer.trailers == (request == kGet && framing == Framing::kChunked ? "X-Sum=2;" : ""));
    }
  }
}

TEST_CASE("more than was promised is left out, and the connection goes on") {
  Stage stage;
  auto& client = stage.front.ask(kGet);
  stage.respond([](auto& to) {
    to.head(head_of(200, Framing::kLength, 5));
    to.body("hell");
    to.body("o, world");
    to.body("!");
    to.end(nullptr);
  });
  CHECK(stage.front.answer(client).body == "hello");
  CHECK(stage.front.lines.at(0).record.body_bytes_out == 5);
  stage.front.say(client, kGet);
  CHECK(stage.script.begun() == 2);
}

TEST_CASE("less than was promised is a cut") {
  Stage stage;
  auto& client = stage.front.ask(kGet + kGet);
  stage.respond([](auto& to) {
    to.head(head_of(200, Framing::kLength, 6));
    to.body("hello");
    to.end(nullptr);
  });
  CHECK(client.closed());
  auto answer = stage.front.answer(client);
  CHECK(answer.body == "hello");
  CHECK(!answer.whole);
  CHECK(stage.script.begun() == 1);
  CHECK(stage.front.rejected(Reason::kUpstreamCut) == 1);
  CHECK(stage.front.closed(CloseReason::kCut) == 1);
}

TEST_CASE("an answer that fails behind its head is cut so that the client sees it") {
  struct Case {
    std::string request;
    Framing framing;
    bool reset;
  };
  const Case cases[] = {{kGet, Framing::kLength, false},     {kGet, Framing::kChunked, false},
                        {kGet, Framing::kUntilClose, false}, {kOld, Framing::kLength, false},
                        {kOld, Framing::kChunked, true},     {kOld, Framing::kUntilClose, true}};
  for (const Case& one : cases) {
    Stage stage;
    auto& client = stage.front.ask(one.request);
    stage.respond([&](auto& to) {
      to.head(head_of(200, one.framing, 10));
      to.body("hello");
    });
    stage.respond([](auto& to) { to.fail({502, Reason::kUpstreamCut, 0, {}}); });
    CHECK(client.closed());
    CHECK(client.error().has_value() == one.reset);
    CHECK(client.ended() == !one.reset);
    if (!one.reset) CHECK(!stage.front.answer(client).whole);
    CHECK(stage.script.alive() == 0);
    CHECK(stage.front.codes(0, 200) == 1);
    CHECK(stage.front.rejected() == 1);
    CHECK(stage.front.closed(CloseReason::kCut) == 1);
  }
}

TEST_CASE("a failure before the head is an error page") {
  Stage stage;
  auto& client = stage.front.ask(kGet);
  stage.respond([](auto& to) { to.fail({503, Reason::kNoEndpoint, 10, {}}); });
  auto answer = stage.front.answer(client);
  CHECK(answer.status == 503);
  CHECK(answer.field("Retry-After") == "10");
  CHECK(answer.field("Content-Type") == "text/html");
  CHECK(answer.field("Allow") == "(none)");
  CHECK(answer.body.find("503") != std::string::npos);
  CHECK(stage.front.rejected(Reason::kNoEndpoint) == 1);
  CHECK(stage.front.lines.at(0).record.reason == Reason::kNoEndpoint);
  stage.front.say(client, kHead);
  stage.respond([](auto& to) { to.fail({405, Reason::kMethodNotAllowed, 0, "GET"}); });
  answer = stage.front.answer(client, Method::kHead);
  CHECK(answer.status == 405);
  CHECK(answer.field("Allow") == "GET");
  CHECK(answer.field("Content-Length") != "(none)");
  CHECK(answer.body.empty());
  CHECK(!client.closed());
}

TEST_CASE("a handler may fail inside its beginning") {
  Stage stage;
  stage.script.at_begin = [](auto&, auto& to) { to.fail({502, Reason::kUpstreamReset, 0, {}}); };
  auto& client = stage.front.ask(kGet + kGet);
  CHECK(stage.front.heard(client).size() == 2);
  CHECK(stage.script.ended() == 0);
}

TEST_CASE("nothing is heard behind the end, and no second head") {
  Stage stage;
  auto& client = stage.front.ask(kGet);
  stage.respond([](auto& to) {
    to.head(head_of(200, Framing::kLength, 2));
    to.head(head_of(500, Framing::kLength, 2));
    to.interim(head_of(103, Framing::kNone));
    to.body("ok");
    to.end(nullptr);
    to.body("more");
    to.end(nullptr);
    to.fail({502, Reason::kUpstreamCut, 0, {}});
  });
  CHECK(stage.front.answer(client).body == "ok");
  CHECK(stage.front.rejected() == 0);
}

TEST_CASE("interim answers pass to HTTP/1.1 and never to HTTP/1.0") {
  for (const auto& request : {kGet, kOldKeep}) {
    Stage stage;
    auto& client = stage.front.ask(request);
    stage.respond([](auto& to) {
      to.interim(head_of(100, Framing::kNone));
      to.interim(head_of(103, Framing::kNone));
    });
    std::vector<memory::Answer> interim = stage.front.heard(client);
    CHECK(interim.size() == (request == kGet ? 2 : 0));
    if (request == kGet) CHECK(interim[1].status == 103);
    if (request == kGet) CHECK(interim[1].fields.empty());
    stage.respond([&](auto& to) { memory::answer_text(stage.script.request(), to, "ok"); });
    CHECK(stage.front.answer(client).body == "ok");
    CHECK(stage.front.lines.at(0).record.status == 200);
  }
}

TEST_CASE("own answers say Date and Server, forwarded ones Via and what they came with") {
  Stage stage;
  stage.front.options.server_name = "weir";
  auto& client = stage.front.ask(kGet);
  stage.respond([&](auto& to) { memory::answer_text(stage.script.request(), to, "ok"); });
  auto own = stage.front.answer(client);
  CHECK(own.field("Server") == "weir");
  CHECK(own.field("Date").size() == 29);
  CHECK(own.field("Via") == "(none)");
  CHECK(own.field("X-Request-ID").size() == 32);
  CHECK(own.field("X-Request-ID") == stage.front.lines.at(0).id);
  stage.front.say(client, kGet);
  stage.respond([&](auto& to) {
    http::ResponseHead head = head_of(200, Framing::kLength, 0);
    head.forwarded = true;
    head.fields.add(*stage.script.request().arena, "Date", "Sun, 06 Nov 1994 08:49:37 GMT");
    to.head(head);
    to.end(nullptr);
  });
  auto forwarded = stage.front.answer(client);
  CHECK(forwarded.field("Server") == "(none)");
  CHECK(forwarded.field("Date") == "Sun, 06 Nov 1994 08:49:37 GMT");
  CHECK(forwarded.field("Via") == "1.1 weir");
}

TEST_CASE("edits of the route go into all its answers, weir's own too, and into no interim") {
  Stage stage;
  http::FieldEdits edits;
  edits.remove("X-Gone");
  edits.remove("Server");
  edits.set("X-Host", std::move(http::Template::compile("$host").value()));
  stage.front.options.routes[0].response_edits = &edits;
  auto& client = stage.front.ask(kGet);
  stage.respond([&](auto& to) {
    to.interim(head_of(103, Framing::kNone));
    http::ResponseHead head = head_of(200, Framing::kLength);
    head.fields.add(*stage.script.request().arena, "X-Gone", "1");
    to.head(head);
    to.end(nullptr);
  });
  std::string got = client.take();
  CHECK(got.starts_with("HTTP/1.1 103 "));
  CHECK(got.find("X-Host: a\r\n") == got.rfind("X-Host"));
  CHECK(got.find("X-Host") > got.find("HTTP/1.1 200 "));
  CHECK(got.find("X-Gone") == std::string::npos);
  CHECK(got.find("Server") == std::string::npos);
  stage.front.say(client, kGet);
  stage.respond([](auto& to) { to.fail({503, http::Reason::kNoEndpoint, 1, {}}); });
  CHECK(stage.front.answer(client).field("X-Host") == "a");
}

TEST_CASE("a client that does not keep up pauses the handler until it does") {
  Stage stage;
  stage.front.options.limits.buffer_per_stream = 10'000;
  stage.front.window = 1000;
  auto& client = stage.front.ask(kGet);
  client.stream()->pause();
  http::Flow said = http::Flow::kGo;
  auto give = [&](auto& to) { said = to.body(stage.bytes(std::string(8'000, 'x'))); };
  stage.respond([](auto& to) { to.head(head_of(200, Framing::kLength, 32'000)); });
  stage.respond(give);
  stage.respond(give);
  CHECK(said == http::Flow::kGo);
  stage.respond(give);
  CHECK(said == http::Flow::kPause);
  CHECK(stage.front.hits(Limit::kBufferPerStream) == 1);
  CHECK(stage.script.writable() == 0);
  client.stream()->resume();
  stage.network.run();
  CHECK(stage.script.writable() > 0);
  stage.respond([&](auto& to) {
    give(to);
    to.end(nullptr);
  });
  CHECK(said == http::Flow::kGo);
  CHECK(stage.front.answer(client).body.size() == 32'000);
}

TEST_CASE("bytes are counted as they are on the wire, and each exchange once") {
  for (std::size_t size : memory::kReadSizes) {
    Stage stage;
    stage.network.set_read_size(size);
    stage.script.at_body_end = [](auto& request, auto& to) {
      to.interim(head_of(103, Framing::kNone));
      to.head(head_of(200, Framing::kChunked));
      to.body(request.arena->copy("hello"));
      to.end(nullptr);
    };
    std::string sent = kGet +
                       "POST /s/ HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                       "5;x=y\r\n12345\r\n0\r\nX-Sum: 5\r\n\r\n"
                       "POST /s/ HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc";
    const std::string gone = "GET /gone HTTP/1.1\r\nHost: a\r\n\r\n";
    auto& client = stage.front.ask(sent + gone);
    const RouteStats& route = stage.front.routes[0];
    std::size_t in = route.request_bytes.get() + stage.front.no_route.request_bytes.get();
    std::size_t out = route.response_bytes.get() + stage.front.no_route.response_bytes.get();
    CHECK(route.request_bytes.get() == sent.size());
    CHECK(in == sent.size() + gone.size());
    CHECK(out == client.received().size());
    CHECK(stage.front.codes(0, 200) == 3);
    CHECK(stage.front.codes(9, 404) == 1);
    CHECK(stage.script.body() == "12345abc");
    CHECK(stage.script.trailers() == "X-Sum=5;");
  }
}

}  // namespace weir::server
