#include <doctest/doctest.h>

#include "stage.h"

namespace weir::server {

namespace {

using http::Reason;

// A stage whose route passes TRACE on.
struct Traced : Stage {
  Traced() {
    front.options.routes[0].trace = true;
    answer_when_whole("seen");
  }
};

std::string request(const std::string& method, const std::string& lines) {
  return method + " /s/a HTTP/1.1\r\nHost: a\r\n" + lines + "\r\n";
}

}  // namespace

TEST_CASE("TRACE goes on where its route says so") {
  Traced stage;
  auto& client = stage.front.ask(request("TRACE", ""));
  auto answer = stage.front.answer(client);
  CHECK(answer.status == 200);
  CHECK(answer.body == "seen");
  CHECK(!client.ended());
}

TEST_CASE("TRACE is refused elsewhere, with methods that may go on") {
  Stage stage;
  auto& client = stage.front.ask(request("TRACE", ""));
  auto answer = stage.front.answer(client);
  CHECK(answer.status == 405);
  CHECK(answer.field("Allow") == "GET, HEAD, POST, PUT, DELETE, OPTIONS, PATCH");
  CHECK(client.ended());
  CHECK(stage.script.begun() == 0);
  CHECK(stage.front.rejected(Reason::kMethodNotImplemented) == 1);
}

TEST_CASE("TRACE with content is refused") {
  for (const char* body :
       {"Content-Length: 2\r\n\r\nhi", "Transfer-Encoding: chunked\r\n\r\n0\r\n"}) {
    Traced stage;
    auto& client = stage.front.ask(request("TRACE", body));
    CHECK(stage.front.answer(client).status == 400);
    CHECK(client.ended());
    CHECK(stage.script.begun() == 0);
    CHECK(stage.front.rejected(Reason::kBadRequest) == 1);
  }
}

TEST_CASE("TRACE and OPTIONS go on with one hop less") {
  Traced stage;
  for (const char* method : {"TRACE", "OPTIONS"}) {
    auto& client = stage.front.ask(request(method, "Max-Forwards: 5\r\n"));
    CHECK(stage.front.answer(client).status == 200);
    CHECK(stage.script.begun() > 0);
  }
  stage.script.at_body_end = [](http::Request& asked, http::Responder& to) {
    memory::answer_text(asked, to, asked.head.fields.value(http::Name::kMaxForwards));
  };
  auto& client = stage.front.ask(request("OPTIONS", "Max-Forwards: 5\r\n"));
  CHECK(stage.front.answer(client).body == "4");
  // Other methods do not count hops.
  stage.front.say(client, request("GET", "Max-Forwards: 0\r\n"));
  CHECK(stage.front.answer(client).body == "0");
}

TEST_CASE("at the last hop weir answers itself, and the connection goes on") {
  Traced stage;
  std::string trace = request("TRACE", "Max-Forwards: 0\r\n");
  auto& client = stage.front.ask(trace);
  auto answer = stage.front.answer(client);
  CHECK(answer.status == 200);
  CHECK(answer.field("Content-Type") == "message/http");
  CHECK(answer.body == trace);
  stage.front.say(client, request("OPTIONS", "Max-Forwards: 0\r\n"));
  answer = stage.front.answer(client);
  CHECK(answer.status == 200);
  CHECK(answer.field("Content-Length") == "0");
  CHECK(answer.field("Allow").find("GET") != std::string::npos);
  CHECK(!client.ended());
  CHECK(stage.script.begun() == 0);
}

TEST_CASE("a Max-Forwards that is no number is refused") {
  Traced stage;
  auto& client = stage.front.ask(request("OPTIONS", "Max-Forwards: many\r\n"));
  CHECK(stage.front.answer(client).status == 400);
  CHECK(client.ended());
  CHECK(stage.front.rejected(Reason::kBadRequest) == 1);
}

}  // namespace weir::server
