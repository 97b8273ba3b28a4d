#include <doctest/doctest.h>

#include "system/proxying/setup.h"

namespace weir::proxying {

namespace {

const char* const kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
const char* const kTrustAll = "trusted_proxies: [\"127.0.0.0/8\"]\n";

// What the backend sees of a GET with these further lines.
Message seen(Staged& staged, const std::string& lines, Message* answer = nullptr) {
  RawClient client(staged.weir.address());
  Message got = client.ask("GET /a HTTP/1.1\r\nHost: shop.example:8080\r\n" + lines + "\r\n");
  CHECK(got.status() == 200);
  if (answer != nullptr) *answer = got;
  return staged.origin.requests().back();
}

bool is_id(const std::string& text) {
  return text.size() == 32 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

const char* const kForged =
    "X-Forwarded-For: 10.1.1.1, 10.2.2.2\r\nX-Forwarded-Proto: https\r\n"
    "X-Forwarded-Host: forged.example\r\nX-Forwarded-Port: 1\r\nForwarded: for=10.3.3.3\r\n"
    "X-Real-IP: 10.4.4.4\r\nX-Request-ID: mine\r\n";

}  // namespace

TEST_CASE("a backend learns who asks, by fields that the client cannot forge") {
  Staged staged(FakeOrigin::answering(kOk));
  for (std::string lines : {"", kForged}) {
    CAPTURE(lines);
    Message request = seen(staged, lines);
    CHECK(request.fields.value("Host") == "shop.example:8080");
    CHECK(request.fields.value("X-Forwarded-For") == "127.0.0.1");
    CHECK(request.fields.value("X-Forwarded-Proto") == "http");
    CHECK(request.fields.value("X-Forwarded-Host") == "shop.example:8080");
    CHECK(is_id(request.fields.value("X-Request-ID")));
    CHECK(request.fields.value("Via") == "1.1 weir");
    for (std::string gone : {"X-Forwarded-Port", "Forwarded", "X-Real-IP"})
      CHECK_FALSE(request.fields.has(gone));
  }
}

TEST_CASE("a trusted proxy's fields go on, and weir adds itself to them") {
  Staged staged(FakeOrigin::answering(kOk), kTrustAll);
  Message request = seen(staged, kForged);
  CHECK(request.fields.value("X-Forwarded-For") == "10.1.1.1, 10.2.2.2, 127.0.0.1");
  CHECK(request.fields.value("X-Forwarded-Proto") == "https");
  CHECK(request.fields.value("X-Forwarded-Host") == "forged.example");
  CHECK(request.fields.value("X-Request-ID") == "mine");
  CHECK(request.fields.value("Forwarded") == "for=10.3.3.3");
  // What it did not say is set.
  Message plain = seen(staged, "");
  CHECK(plain.fields.value("X-Forwarded-For") == "127.0.0.1");
  CHECK(plain.fields.value("X-Forwarded-Proto") == "http");
  CHECK(plain.fields.value("X-Forwarded-Host") == "shop.example:8080");
  CHECK(is_id(plain.fields.value("X-Request-ID")));
}

TEST_CASE("each request has an id of its own, and the answer says it") {
  Staged staged(FakeOrigin::answering(kOk));
  Message first;
  Message second;
  std::string id = seen(staged, "", &first).fields.value("X-Request-ID");
  CHECK(first.fields.value("X-Request-ID") == id);
  CHECK(seen(staged, "", &second).fields.value("X-Request-ID") != id);
}

TEST_CASE("Via tells of weir, behind those that were before it") {
  Staged staged(
      FakeOrigin::answering("HTTP/1.1 200 OK\r\nVia: 1.1 inner\r\nContent-Length: 0\r\n\r\n"));
  Message answer;
  Message request = seen(staged, "Via: 1.0 outer\r\n", &answer);
  auto joined = [](const Message& message) {
    std::string all;
    for (const auto& value : message.fields.values("Via")) all += (all.empty() ? "" : ", ") + value;
    return all;
  };
  CHECK(joined(request) == "1.0 outer, 1.1 weir");
  CHECK(joined(answer) == "1.1 inner, 1.1 weir");
}

TEST_CASE("fields of the connection stay on it, those that Connection names too") {
  Staged staged(FakeOrigin::answering(
      "HTTP/1.1 200 OK\r\nConnection: X-Hop-Back, keep-alive\r\nX-Hop-Back: 1\r\n"
      "Keep-Alive: timeout=5\r\nProxy-Connection: keep-alive\r\nUpgrade: h2c\r\nX-Kept: 2\r\n"
      "Content-Length: 0\r\n\r\n"));
  Message answer;
  Message request =
      seen(staged,
           "Connection: X-Hop, keep-alive, TE\r\nX-Hop: 1\r\nKeep-Alive: max=3\r\n"
           "Proxy-Connection: keep-alive\r\nUpgrade: websocket\r\nTE: gzip, trailers\r\n"
           "HTTP2-Settings: AAMAAABk\r\nX-Kept: 2\r\n",
           &answer);
  for (std::string gone :
       {"Connection", "X-Hop", "Keep-Alive", "Proxy-Connection", "Upgrade", "HTTP2-Settings"})
    CHECK_MESSAGE(!(request.fields.has(gone) && request.fields.value(gone) != "TE"), gone);
  CHECK(request.fields.value("X-Kept") == "2");
  for (std::string gone : {"Connection", "X-Hop-Back", "Keep-Alive", "Proxy-Connection", "Upgrade"})
    CHECK_MESSAGE(!answer.fields.has(gone), gone);
  CHECK(answer.fields.value("X-Kept") == "2");
}

TEST_CASE("what Connection may not name stays") {
  Staged staged(FakeOrigin::answering(kOk));
  RawClient client(staged.weir.address());
  client.send(
      "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n"
      "Connection: Host, Content-Length, X-Forwarded-For\r\n\r\nhello");
  CHECK(client.response().status() == 200);
  Message request = staged.origin.requests().back();
  CHECK(request.fields.value("Host") == "a");
  CHECK(request.fields.value("Content-Length") == "5");
  CHECK(request.fields.value("X-Forwarded-For") == "127.0.0.1");
  CHECK(request.body == "hello");
}

TEST_CASE("all other fields pass as they are, in their order, repeated and odd ones too") {
  Staged staged(FakeOrigin::answering(
      "HTTP/1.1 299 Quite Fine\r\nServer: Backend/1\r\nDate: Mon, 01 Jan 2024 00:00:00 GMT\r\n"
      "Set-Cookie: a=1\r\nset-cookie: b=2; Path=/\r\nX-Empty:\r\nX-Bytes: \xc3\xa9\xff\r\n"
      "Content-Length: 0\r\n\r\n"));
  RawClient client(staged.weir.address());
  Message answer = client.ask(
      "GET /a HTTP/1.1\r\nHost: a\r\nCookie: a=1\r\nX-B: 1\r\nx-b:2\r\nX-B:  3 \r\nAccept: */*\r\n"
      "X-Empty:\r\nX-Bytes: \xc3\xa9\xff\r\n\r\n");
  CHECK(answer.status() == 299);
  CHECK(answer.reason() == "Quite Fine");
  CHECK(answer.fields.value("Server") == "Backend/1");
  CHECK(answer.fields.value("Date") == "Mon, 01 Jan 2024 00:00:00 GMT");
  CHECK(answer.fields.values("Set-Cookie") == std::vector<std::string>{"a=1", "b=2; Path=/"});
  CHECK(answer.fields.has("X-Empty"));
  CHECK(answer.fields.value("X-Bytes") == "\xc3\xa9\xff");
  Message request = staged.origin.requests().back();
  CHECK(request.fields.values("X-B") == std::vector<std::string>{"1", "2", "3"});
  CHECK(request.fields.value("Cookie") == "a=1");
  CHECK(request.fields.value("Accept") == "*/*");
  CHECK(request.fields.has("X-Empty"));
  CHECK(request.fields.value("X-Bytes") == "\xc3\xa9\xff");
}

TEST_CASE("an answer without Date gets one") {
  Staged staged(FakeOrigin::answering(kOk));
  Message answer;
  seen(staged, "", &answer);
  CHECK(answer.fields.value("Date").ends_with(" GMT"));
}

}  // namespace weir::proxying
