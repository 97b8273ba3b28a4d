#include <doctest/doctest.h>

#include <semaphore>

#include "system/bad_input/setup.h"

namespace weir::bad_input {

namespace {

const std::string kPart = "the first part of an answer that is cut";
const std::string kLength = "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + kPart;
const std::string kChunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk(kPart);
const std::string kUntilClose = "HTTP/1.1 200 OK\r\n\r\n" + kPart;
const std::string kGet10 = "GET / HTTP/1.0\r\n\r\n";

// An origin that sends this and then cuts the connection when the client has it.
class Cutter {
 public:
  Cutter(const std::string& said, bool by_reset)
      : staged_([this, said, by_reset](Connection& connection) {
          connection.request();
          connection.send(said);
          cut_.acquire();
          if (by_reset) connection.reset();
        }) {}

  // The answer as a client of `request` sees it, whose first part came before the cut.
  Message ask(const std::string& request, End& end) {
    RawClient client(staged_.weir.address());
    client.send(request);
    Message answer = read_response_head(client);
    while (client.buffer().find(kPart) == std::string::npos && client.more()) {
    }
    cut_.release();
    read_response_body(client, answer);
    client.read_to_end();
    end = client.end();
    return answer;
  }
  WeirProcess& weir() { return staged_.weir; }

 private:
  std::binary_semaphore cut_{0};
  Staged staged_;
};

}  // namespace

TEST_CASE("an answer that is cut by its backend never looks complete") {
  for (bool by_reset : {false, true}) {
    for (const std::string& said : {kLength, kChunked, kUntilClose}) {
      // Nothing tells a FIN from the end of an answer that the close ends.
      if (said == kUntilClose && !by_reset) continue;
      for (const std::string& request : {std::string(kGet), kGet10}) {
        CAPTURE(by_reset);
        CAPTURE(said);
        CAPTURE(request);
        Cutter cutter(said, by_reset);
        End end = End::kOpen;
        Message answer = cutter.ask(request, end);
        CHECK(answer.status() == 200);
        CHECK(answer.body == kPart);
        CHECK_FALSE(answer.complete);
        CHECK(end != End::kOpen);
        cutter.weir().wait_metric("weir_connections_closed_total{reason=\"cut\"}", 1);
      }
    }
  }
}

TEST_CASE("an answer that the close ends is whole after a FIN") {
  for (const std::string& request : {std::string(kGet), kGet10}) {
    CAPTURE(request);
    Cutter cutter(kUntilClose, false);
    End end = End::kOpen;
    RawClient client(cutter.weir().address());
    Message answer;
    if (request == kGet10) {
      answer = cutter.ask(request, end);
      CHECK(end == End::kFin);
    } else {
      answer = cutter.ask("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", end);
    }
    CHECK(answer.complete);
    CHECK(answer.body == kPart);
  }
}

TEST_CASE("curl sees a cut for what it is") {
  for (bool by_reset : {false, true}) {
    CAPTURE(by_reset);
    for (const std::string& said : {kLength, kChunked}) {
      CAPTURE(said);
      Staged staged([&](Connection& connection) {
        connection.request();
        connection.send(said);
        if (by_reset) connection.reset();
      });
      CurlResult result = curl({staged.weir.url("/")});
      // 502 where the reset destroyed the head before weir had read it.
      bool destroyed = by_reset && result.status() == 502;
      CHECK((destroyed || result.exit == 18 || result.exit == 56));
    }
  }
}

TEST_CASE("an answer whose chunks go wrong is cut there") {
  for (std::string rest : {"zz\r\n", "5\r\nhelloXX", "0\r\nBad trailer\r\n\r\n"}) {
    CAPTURE(rest);
    Staged staged([&](Connection& connection) {
      connection.request();
      connection.send(kChunked + rest);
      connection.read_to_end();
    });
    RawClient client(staged.weir.address());
    Message answer = client.get("/");
    CHECK(answer.status() == 200);
    CHECK_FALSE(answer.complete);
    CHECK(answer.body.starts_with(kPart));
    staged.origin.wait_ended(1);
    RawClient old(staged.weir.address());
    CHECK_FALSE(old.ask(kGet10).complete);
    CHECK(old.end() == End::kReset);
  }
}

TEST_CASE("a large answer that is cut is passed on as far as it came") {
  std::string body(3'000'000, 'b');
  Staged staged([&](Connection& connection) {
    connection.request();
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 4000000\r\n\r\n" + body);
  });
  RawClient client(staged.weir.address());
  Message answer = client.get("/");
  CHECK(answer.body == body);
  CHECK_FALSE(answer.complete);
  CHECK(client.end() == End::kFin);
}

TEST_CASE("a weir-backend that breaks off is seen through") {
  BackendProcess backend;
  WeirProcess weir("listen: \"127.0.0.1:0\"\nupstreams: {app: [\"" + backend.address() + "\"]}\n");
  CHECK(curl({weir.url("/close?after=1000&length=5000")}).exit == 18);
  CHECK(curl({weir.url("/close?after=1000&chunked=1")}).exit == 18);
}

TEST_CASE("a request body that goes wrong never reaches a backend as complete") {
  Staged staged([](Connection& connection) { connection.request(); });
  RawClient client(staged.weir.address());
  client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk("good"));
  staged.origin.wait_connections(1);
  client.send("zz\r\n");
  CHECK(client.response().status() == 400);
  staged.origin.wait_requests(1);
  Message request = staged.origin.requests().at(0);
  CHECK(request.body == "good");
  CHECK_FALSE(request.complete);
}

}  // namespace weir::bad_input
