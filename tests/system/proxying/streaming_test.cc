#include <doctest/doctest.h>

#include <atomic>
#include <semaphore>

#include "system/proxying/setup.h"

namespace weir::proxying {

using support::chunk;
using support::kLastChunk;

TEST_CASE("a server-sent event reaches the client before the next one is sent") {
  // The origin sends each event when the test says so.
  std::counting_semaphore<> turn(0);
  std::atomic<bool> more{true};
  Staged staged([&](Connection& connection) {
    connection.request();
    connection.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n");
    for (int i = 0; turn.try_acquire_for(support::kPatience) && more; ++i)
      connection.send("data: " + std::to_string(i) + "\n\n");
  });
  RawClient client(staged.weir.address());
  client.send("GET /events HTTP/1.1\r\nHost: a\r\n\r\n");
  CHECK(read_response_head(client).fields.value("Content-Type") == "text/event-stream");
  for (int i = 0; i < 500; ++i) {
    turn.release();
    CHECK(client.read_until("\n\n\r\n").find("data: " + std::to_string(i) + "\n\n") !=
          std::string::npos);
    CHECK(client.buffer().empty());
  }
  more = false;
  turn.release();
  CHECK(client.read_until(kLastChunk) == kLastChunk);
}

TEST_CASE("a long poll is answered in the moment in which the backend has something to say") {
  std::counting_semaphore<> turn(0);
  Staged staged([&](Connection& connection) {
    while (connection.another()) {
      connection.request();
      // The head comes with nothing behind it, and the body when there is news.
      connection.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n");
      if (!turn.try_acquire_for(support::kPatience)) return;
      connection.send("news");
    }
  });
  RawClient client(staged.weir.address());
  for (int i = 0; i < 20; ++i) {
    client.send("GET /poll HTTP/1.1\r\nHost: a\r\n\r\n");
    CHECK(read_response_head(client).fields.value("Content-Length") == "4");
    CHECK(client.buffer().empty());
    turn.release();
    CHECK(client.read(4) == "news");
  }
}

TEST_CASE("each piece of an upload reaches the backend before the next one is sent") {
  Staged staged([](Connection& connection) {
    connection.request_head();
    connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    // Echoes lines as they come: the answer begins and goes on beside the upload.
    for (int i = 0; i < 20; ++i) {
      std::string frame = connection.read_until("\n\r\n");
      connection.send(chunk("got " + frame.substr(frame.find("\r\n") + 2)));
    }
    connection.read_until(kLastChunk);
    connection.send(kLastChunk);
  });
  RawClient client(staged.weir.address());
  client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
  CHECK(read_response_head(client).status() == 200);
  for (int i = 0; i < 20; ++i) {
    std::string line = "line " + std::to_string(i) + "\n";
    client.send(chunk(line));
    CHECK(client.read_until("\n\r\n").find("got " + line) != std::string::npos);
  }
  client.send(kLastChunk);
  CHECK(client.read_until(kLastChunk).ends_with(kLastChunk));
  CHECK(staged.origin.problems().empty());
}

TEST_CASE("events of a weir-backend come one by one, for curl") {
  Served served;
  CurlResult result = curl({"--no-buffer", served.weir.url("/events?count=5&ms=20")});
  CHECK(result.exit == 0);
  CHECK(result.field("Content-Type").starts_with("text/event-stream"));
  CHECK(result.body.find("data:") != std::string::npos);
}

TEST_CASE("an answer that comes before the request is whole goes on at once") {
  Staged staged([](Connection& connection) {
    connection.request_head();
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nearly");
    connection.read_to_end();
  });
  RawClient client(staged.weir.address());
  client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\nbegin");
  Message answer = client.response();
  CHECK(answer.status() == 200);
  CHECK(answer.body == "early");
  CHECK(answer.fields.value("Connection") == "close");
  staged.origin.wait_ended(1);
}

TEST_CASE("1,000 small chunks pass whole") {
  std::string wire = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  std::string body;
  for (int i = 0; i < 1000; ++i) {
    wire += chunk(std::to_string(i) + " ");
    body += std::to_string(i) + " ";
  }
  Staged staged(FakeOrigin::answering(wire + std::string(kLastChunk)));
  RawClient client(staged.weir.address());
  for (int i = 0; i < 3; ++i) CHECK(client.get("/").body == body);
}

}  // namespace weir::proxying
