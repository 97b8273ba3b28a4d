#include "upstream/connection.h"

#include <doctest/doctest.h>

#include "unit/upstream/world.h"

namespace weir::upstream {

namespace {

using Heard = std::vector<std::string>;

// An exchange whose request was sent, and the backend that is to answer it.
struct Sent {
  explicit Sent(http::Method method = http::Method::kGet) {
    exchange.start(world.slot(0), method);
    world.network.run();
    exchange.send("GET / HTTP/1.1\r\n\r\n");
    world.network.run();
    exchange.heard.clear();
  }
  // The backend sends, and what was heard of it.
  Heard hear(base::Bytes bytes) {
    peer().send(bytes);
    world.network.run();
    return std::exchange(exchange.heard, {});
  }
  Heard hear_fin() {
    peer().shut_down();
    world.network.run();
    return std::exchange(exchange.heard, {});
  }
  Heard hear_reset() {
    peer().reset();
    world.network.run();
    return std::exchange(exchange.heard, {});
  }
  memory::MemoryPeer& peer() { return world.connector.last(); }
  // Gives the lease back: whether the connection is kept.
  bool kept() {
    world.time.in_turn([&] { exchange.lease.give_back(); });
    world.network.run();
    return world.connections.idle_total() == 1;
  }

  World world;
  Exchange exchange{world};
};

}  // namespace

TEST_CASE("a connection that is made says so and then answers") {
  World world;
  Exchange one(world);
  one.start(world.slot(0));
  CHECK(one.heard.empty());
  CHECK_FALSE(one.lease->connected());
  CHECK_FALSE(one.lease->reused());
  world.network.run();
  CHECK(one.heard == Heard{"connected"});
  CHECK(one.lease->connected());
  CHECK_FALSE(one.lease->answer_begun());
  one.send("GET / HTTP/1.1\r\n\r\n");
  world.network.run();
  CHECK(one.lease->sent() == 18);
  world.connector.last().send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel");
  world.network.run();
  CHECK(one.lease->answer_begun());
  world.connector.last().send("lo");
  world.network.run();
  CHECK(one.heard == Heard{"connected", "head 200", "body hel", "body lo", "end"});
}

TEST_CASE("a refused connection fails as connect") {
  World world;
  world.connector.plan(9001, memory::Plan::kRefuse);
  Exchange one(world);
  one.start(world.slot(0));
  CHECK(one.heard.empty());  // never inside connect()
  world.network.run();
  CHECK(one.heard == Heard{"failed connect"});
  CHECK(one.lease->sent() == 0);
}

TEST_CASE(
    "a connection for which nothing of our own is left fails as local, and says what it was") {
  World world;
  world.connector.plan(9001, memory::Plan::kStarve);
  Exchange one(world);
  one.start(world.slot(0));
  world.network.run();
  CHECK(one.heard == Heard{"failed local"});
  CHECK(one.lease->error() == net::StreamError::kNoDescriptors);
}

TEST_CASE("interim heads come before the final one") {
  Sent sent;
  CHECK(sent.hear("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n"
                  "HTTP/1.1 204 No Content\r\n\r\n") ==
        Heard{"head 100", "head 103", "head 204", "end"});
  CHECK(sent.kept());
}

TEST_CASE("an answer byte by byte is the same answer") {
  Sent sent;
  sent.world.network.set_read_size(1);
  Heard heard = sent.hear(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\nX-Sum: 1\r\n\r\n");
  CHECK(heard == Heard{"head 200", "body a", "body b", "end with trailers"});
  CHECK(sent.kept());
}

TEST_CASE("an answer to HEAD ends with its head") {
  Sent sent(http::Method::kHead);
  CHECK(sent.hear("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n") == Heard{"head 200", "end"});
  CHECK(sent.kept());
}

TEST_CASE("an answer framed by close ends well at FIN, and its connection is not used again") {
  Sent sent;
  CHECK(sent.hear("HTTP/1.1 200 OK\r\n\r\nabc") == Heard{"head 200", "body abc"});
  CHECK(sent.hear_fin() == Heard{"end"});
  CHECK_FALSE(sent.kept());
  CHECK(sent.peer().closed());
}

TEST_CASE("an answer framed by close that ends by RST is cut") {
  Sent sent;
  CHECK(sent.hear("HTTP/1.1 200 OK\r\n\r\nabc") == Heard{"head 200", "body abc"});
  CHECK(sent.hear_reset() == Heard{"failed cut"});
}

TEST_CASE("FIN or RST before the final head is whole is a reset") {
  for (base::Bytes before : {"", "HTTP/1.1 2", "HTTP/1.1 100 Continue\r\n\r\n"}) {
    CAPTURE(before);
    Sent fin;
    fin.hear(before);
    CHECK(fin.exchange.lease->answer_begun() == !before.empty());
    CHECK(fin.hear_fin() == Heard{"failed reset"});
    Sent rst;
    rst.hear(before);
    CHECK(rst.hear_reset() == Heard{"failed reset"});
  }
}

TEST_CASE("FIN or RST inside a body of known length or of chunks is a cut") {
  for (base::Bytes head : {"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n",
                           "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"}) {
    CAPTURE(head);
    Sent fin;
    fin.hear(head);
    CHECK(fin.hear_fin() == Heard{"failed cut"});
    Sent rst;
    rst.hear(head);
    CHECK(rst.hear_reset() == Heard{"failed cut"});
  }
}

TEST_CASE("what is not HTTP fails as malformed, and nothing behind it is heard") {
  Sent sent;
  CHECK(sent.hear("SSH-2.0-OpenSSH_9.2\r\n\r\n") == Heard{"failed malformed"});
  CHECK(sent.hear("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").empty());
  CHECK(sent.hear_fin().empty());
  CHECK_FALSE(sent.kept());
}

TEST_CASE("a malformed body behind the final head is a cut") {
  Sent sent;
  CHECK(sent.hear("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n") ==
        Heard{"head 200", "failed cut"});
}

TEST_CASE("an answer that was given before the write failed is heard to its end") {
  Sent sent;
  sent.peer().send("HTTP/1.1 413 Content Too Large\r\nContent-Length: 2\r\n\r\nno");
  sent.peer().reset();
  sent.exchange.send("more of the body");
  sent.world.network.run();
  CHECK(sent.exchange.heard == Heard{"head 413", "body no", "end"});
  CHECK_FALSE(sent.kept());
}

TEST_CASE("bytes behind the answer's end prevent reuse") {
  SUBCASE("in the same read") {
    Sent sent;
    CHECK(sent.hear("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok!") ==
          Heard{"head 200", "body ok", "end"});
    CHECK_FALSE(sent.kept());
  }
  SUBCASE("later, while the lease is held") {
    Sent sent;
    sent.hear("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    CHECK(sent.hear("!").empty());
    CHECK_FALSE(sent.kept());
  }
}

TEST_CASE(
    "FIN or RST behind the answer's end, while the lease is held, is silent and prevents reuse") {
  Sent fin;
  fin.hear("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
  CHECK(fin.hear_fin().empty());
  CHECK_FALSE(fin.kept());
  Sent rst;
  rst.hear("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
  CHECK(rst.hear_reset().empty());
  CHECK_FALSE(rst.kept());
}

TEST_CASE("an answer that says close, or is of HTTP/1.0, is not followed by another request") {
  Sent close;
  close.hear("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
  CHECK_FALSE(close.kept());
  Sent old;
  old.hear("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n");
  CHECK_FALSE(old.kept());
}

TEST_CASE("a connection given back in the middle of its answer is closed") {
  Sent sent;
  sent.hear("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe");
  CHECK_FALSE(sent.kept());
  CHECK(sent.peer().closed());
}

TEST_CASE("a connection with request bytes not yet sent is not kept") {
  World world;
  world.connector.set_window(4, 1024);
  Exchange one(world);
  one.start(world.slot(0));
  world.network.run();
  memory::MemoryPeer& peer = world.connector.last();
  peer.stream()->pause();
  one.send("GET / HTTP/1.1\r\n\r\n");
  world.network.run();
  CHECK(one.lease->sent() == 4);
  CHECK(one.lease->unsent() == 14);
  peer.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  world.network.run();
  CHECK(one.heard.back() == "end");
  world.time.in_turn([&] { one.lease.give_back(); });
  CHECK(world.connections.idle_total() == 0);
}

TEST_CASE("a congested connection says when it takes more") {
  World world;
  world.connector.set_window(10, 10);
  Exchange one(world);
  one.start(world.slot(0));
  world.network.run();
  memory::MemoryPeer& peer = world.connector.last();
  peer.stream()->pause();
  one.send(std::string(50, 'x'));
  world.network.run();
  CHECK(one.lease->congested());
  CHECK(one.heard == Heard{"connected"});
  peer.stream()->resume();
  world.network.run();
  CHECK_FALSE(one.lease->congested());
  CHECK(one.lease->unsent() == 0);
  CHECK(one.heard.at(1) == "writable");
  CHECK(peer.received() == std::string(50, 'x'));
}

TEST_CASE("a paused connection reads no answer") {
  Sent sent;
  sent.exchange.lease->pause();
  CHECK(sent.hear("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").empty());
  sent.exchange.lease->resume();
  sent.world.network.run();
  CHECK(sent.exchange.heard == Heard{"head 200", "end"});
}

TEST_CASE("the backend's Keep-Alive lowers the idle time to a second less") {
  auto lives = [](base::Bytes field, base::Duration time) {
    World world;
    std::string answer = "HTTP/1.1 200 OK\r\n" + std::string(field) + "Content-Length: 0\r\n\r\n";
    first_exchange(world, world.slot(0), answer);
    world.time.advance(time);
    return world.connections.idle_total() == 1;
  };
  CHECK(lives("Keep-Alive: timeout=5\r\n", base::Duration{3'990}));
  CHECK_FALSE(lives("Keep-Alive: timeout=5\r\n", base::Duration{4'010}));
  CHECK_FALSE(lives("Keep-Alive: max=100, Timeout=5\r\n", base::Duration{4'010}));
  CHECK_FALSE(lives("Keep-Alive: timeout=1\r\n", base::Duration{0}));
  CHECK_FALSE(lives("Keep-Alive: timeout=0\r\n", base::Duration{0}));
  // It never raises it, and nonsense is nothing said.
  CHECK_FALSE(lives("Keep-Alive: timeout=3600\r\n", base::Duration{60'010}));
  for (base::Bytes nonsense :
       {"Keep-Alive: timeout=x\r\n", "Keep-Alive: timeout\r\n",
        "Keep-Alive: timeout=99999999999999999999\r\n", "Keep-Alive: 5\r\n"}) {
    CAPTURE(nonsense);
    CHECK(lives(nonsense, base::Duration{59'990}));
    CHECK_FALSE(lives(nonsense, base::Duration{60'010}));
  }
}

TEST_CASE("the lease may be dropped inside each event, and nothing more is heard") {
  constexpr base::Bytes kAnswer =
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
      "2\r\nab\r\n0\r\nX-Sum: 1\r\n\r\n";
  for (base::Bytes event : {"connected", "head 100", "head 200", "body ab", "end with trailers"}) {
    CAPTURE(event);
    World world;
    Exchange one(world);
    one.drop_at = event;
    one.start(world.slot(0));
    world.network.run();
    if (one.lease) one.send("GET / HTTP/1.1\r\n\r\n");
    world.network.run();
    if (one.lease) world.connector.last().send(kAnswer);
    world.network.run();
    CHECK(one.heard.back() == event);
    CHECK_FALSE(one.lease);
    CHECK(world.connector.open() == 0);
    CHECK(world.stats(0).in_flight.get() == 0);
    CHECK(world.connections.idle_total() == 0);
  }
}

TEST_CASE("the lease may be dropped inside each failure") {
  for (base::Bytes answer :
       {"", "nonsense\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"}) {
    for (bool reset : {false, true}) {
      CAPTURE(answer);
      CAPTURE(reset);
      Sent sent;
      sent.exchange.drop_at = answer.empty()     ? "failed reset"
                              : answer[0] == 'n' ? "failed malformed"
                                                 : "failed cut";
      sent.hear(answer);
      if (reset) {
        sent.hear_reset();
      } else {
        sent.hear_fin();
      }
      CHECK_FALSE(sent.exchange.lease);
      CHECK(sent.world.stats(0).connections_active.get() == 0);
    }
  }
  World world;
  world.connector.plan(9001, memory::Plan::kRefuse);
  Exchange one(world);
  one.drop_at = "failed connect";
  one.start(world.slot(0));
  world.network.run();
  CHECK_FALSE(one.lease);
}

TEST_CASE("the lease may be dropped when it becomes writable") {
  World world;
  world.connector.set_window(10, 10);
  Exchange one(world);
  one.drop_at = "writable";
  one.start(world.slot(0));
  world.network.run();
  one.send(std::string(50, 'x'));
  world.network.run();
  CHECK(one.heard == Heard{"connected", "writable"});
  CHECK(world.connector.last().closed());
}

}  // namespace weir::upstream
