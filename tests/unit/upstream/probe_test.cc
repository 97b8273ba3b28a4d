#include "upstream/probe.h"

#include <doctest/doctest.h>

#include <optional>

#include "support/memory/manual_time.h"
#include "support/memory/memory_connector.h"
#include "support/memory/memory_network.h"

namespace weir::upstream {

namespace {

using Kind = ProbeResult::Kind;

constexpr std::uint16_t kPort = 9001;

// One probe of a backend that the test plays by hand.
struct Probed final : ProbeEvents {
  Probed() { options.timeout = base::Duration{1'000}; }

  // Begins, and lets the request arrive.
  memory::MemoryPeer& start() {
    ended.reset();
    time.in_turn([&] { probe.start(connector, *endpoint, options, *this); });
    network.run();
    return connector.last();
  }
  // The whole of it: this answer, and FIN behind it where `fin` says so.
  std::string answered(base::Bytes bytes, bool fin = false) {
    memory::MemoryPeer& peer = start();
    peer.send(bytes);
    if (fin) peer.shut_down();
    network.run();
    return text();
  }
  // "well", the reason of a failure, "?" and the reason where it says nothing, "(open)".
  [[nodiscard]] std::string text() const {
    if (!ended) return "(open)";
    if (ended->kind == Kind::kWell) return "well" + ended->reason;
    return (ended->kind == Kind::kUnknown ? "?" : "") + ended->reason;
  }
  void on_probe_end(const ProbeResult& result) override {
    REQUIRE(!ended);
    ended = result;
  }

  memory::ManualTime time;
  memory::MemoryNetwork network{time.turns()};
  memory::MemoryConnector connector{network};
  base::SharedRef<Endpoint> endpoint =
      base::make_shared_ref<Endpoint>(base::make_shared_ref<ObservedPool>("api", 1U),
                                      memory::memory_address(kPort), "127.0.0.1:9001");
  HealthCheckOptions options;
  std::optional<ProbeResult> ended;
  Probe probe{time.turns(), time.wheel()};
};

std::string answer_of(unsigned status, const std::string& body = "ok") {
  return "HTTP/1.1 " + std::to_string(status) +
         " Any\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

}  // namespace

TEST_CASE("a probe asks what is configured, on a connection of its own that it closes") {
  Probed one;
  one.options.path = "/healthz?full=1";
  memory::MemoryPeer& peer = one.start();
  CHECK(peer.received() ==
        "GET /healthz?full=1 HTTP/1.1\r\nHost: 127.0.0.1:9001\r\nUser-Agent: weir-health\r\n"
        "Accept: */*\r\nConnection: close\r\n\r\n");
  CHECK(one.text() == "(open)");
  peer.send(answer_of(200));
  one.network.run();
  CHECK(one.text() == "well");
  CHECK(peer.closed());
  CHECK_FALSE(peer.error());
}

TEST_CASE("host and method are what the configuration says") {
  Probed one;
  one.options.host = "api.example.com";
  one.options.method = http::Method::kHead;
  CHECK(probe_request(*one.endpoint, one.options)
            .starts_with("HEAD / HTTP/1.1\r\nHost: api.example.com\r\n"));
  one.options.method = http::Method::kPost;
  CHECK(probe_request(*one.endpoint, one.options).ends_with("Content-Length: 0\r\n\r\n"));
  net::SocketAddress socket;
  socket.storage.ss_family = AF_UNIX;
  Endpoint local(base::make_shared_ref<ObservedPool>("api", 1U), socket, "unix:/run/a.sock");
  one.options.host.clear();
  CHECK(probe_request(local, one.options).find("\r\nHost: localhost\r\n") != std::string::npos);
}

TEST_CASE("a status within what is expected is well, any other is told") {
  Probed one;
  CHECK(one.answered(answer_of(200)) == "well");
  CHECK(one.answered(answer_of(399)) == "well");
  CHECK(one.answered(answer_of(400)) == "status 400");
  CHECK(one.answered(answer_of(503)) == "status 503");
  one.options.expect = {{204, 204}, {400, 499}};
  CHECK(one.answered(answer_of(200)) == "status 200");
  CHECK(one.answered("HTTP/1.1 204 No Content\r\n\r\n") == "well");
  CHECK(one.answered(answer_of(404)) == "well");
}

TEST_CASE("an answer without a body needs none: HEAD, 204, 304") {
  Probed one;
  one.options.method = http::Method::kHead;
  CHECK(one.answered("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n") == "well");
  one.options.method = http::Method::kGet;
  CHECK(one.answered("HTTP/1.1 304 Not Modified\r\n\r\n") == "well");
}

TEST_CASE("interim answers are passed over; an upgrade that nobody asked for is no good answer") {
  Probed one;
  CHECK(one.answered("HTTP/1.1 103 Early Hints\r\n\r\n" + answer_of(200)) == "well");
  CHECK(one.answered("HTTP/1.1 101 Switching Protocols\r\n\r\n") != "well");
  CHECK(one.text() != "(open)");
}

TEST_CASE("a body is looked for wherever its answer is cut") {
  for (std::size_t size : {std::size_t{1}, std::size_t{2}, std::size_t{3}, std::size_t{65536}}) {
    CAPTURE(size);
    Probed one;
    one.network.set_read_size(size);
    one.options.body = "status: ok";
    CHECK(one.answered(answer_of(200, "status: ok")) == "well");
    CHECK(one.answered(answer_of(200, "all: statstatus: ok, and more")) == "well");
    CHECK(one.answered(answer_of(200, "status: o k")) == "body without 'status: ok'");
    CHECK(one.answered(answer_of(200, "")) == "body without 'status: ok'");
    CHECK(one.answered("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                       "6\r\nstatus\r\n4\r\n: ok\r\n0\r\n\r\n") == "well");
    CHECK(one.answered("HTTP/1.1 200 OK\r\n\r\n..status: ok", true) == "well");
    // Not in the head, and not in what a probe before has read.
    CHECK(one.answered("HTTP/1.1 200 status: ok\r\nContent-Length: 2\r\n\r\nok") ==
          "body without 'status: ok'");
    one.options.body = "o";
    CHECK(one.answered(answer_of(200, "status: o")) == "well");
  }
}

TEST_CASE("a long text that was looked for is shown as far as a line can bear") {
  Probed one;
  one.options.body = std::string(100, 'x');
  CHECK(one.answered(answer_of(200)) == "body without '" + std::string(40, 'x') + "...'");
}

TEST_CASE("a refused connection is told as refused") {
  Probed one;
  one.connector.plan(kPort, memory::Plan::kRefuse);
  one.start();
  CHECK(one.text() == "refused");
}

TEST_CASE("a connection for which weir has nothing left says nothing of the endpoint") {
  struct Case {
    net::StreamError error;
    const char* text;
  };
  for (const Case& broken : {Case{net::StreamError::kNoDescriptors, "?no descriptor left"},
                             Case{net::StreamError::kNoPorts, "?no local port left"},
                             Case{net::StreamError::kNoMemory, "?no memory for a socket"},
                             Case{net::StreamError::kConnect, "cannot connect"}}) {
    Probed one;
    one.connector.plan(kPort, memory::Plan::kHang);
    one.start().stream()->other()->break_with(broken.error);
    one.network.run();
    CHECK(one.text() == broken.text);
  }
}

TEST_CASE("the timeout holds for the whole probe, wherever the endpoint stalls") {
  for (std::string_view part : {"", "HTTP/1.1 200", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n",
                                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no"}) {
    CAPTURE(part);
    Probed one;
    memory::MemoryPeer& peer = one.start();
    one.time.advance(base::Duration{500});
    peer.send(part);
    one.network.run();
    one.time.advance(base::Duration{499});
    CHECK(one.text() == "(open)");
    one.time.advance(base::Duration{1 + 8});
    CHECK(one.text() == "timeout");
    CHECK(peer.closed());
  }
  Probed one;
  one.connector.plan(kPort, memory::Plan::kHang);
  one.start();
  one.time.advance(base::Duration{1'008});
  CHECK(one.text() == "timeout");
}

TEST_CASE("an answer that waits while weir itself was held up is read before it is called late") {
  Probed one;
  memory::MemoryPeer& peer = one.start();
  peer.send(answer_of(200));
  one.time.stall(base::Duration{5'000});
  one.time.advance(base::Duration{0});
  CHECK(one.text() == "(open)");
  one.network.run();
  CHECK(one.text() == "well");
  // But only once.
  one.start();
  one.time.stall(base::Duration{5'000});
  one.time.advance(base::Duration{0});
  CHECK(one.text() == "(open)");
  one.time.stall(base::Duration{5'000});
  one.time.advance(base::Duration{0});
  CHECK(one.text() == "timeout");
}

TEST_CASE("an endpoint that closes or resets without an answer has failed") {
  Probed one;
  CHECK(one.answered("", true) == "closed without an answer");
  CHECK(one.answered("HTTP/1.1 200 O", true) == "closed without an answer");
  CHECK(one.answered("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", true) ==
        "answer cut short");
  one.start().reset();
  one.network.run();
  CHECK(one.text() == "reset");
}

TEST_CASE("what is no answer is malformed") {
  Probed one;
  CHECK(one.answered("SSH-2.0-OpenSSH_9.2\r\n") == "malformed");
  CHECK(one.answered("HTTP/1.1 200 OK\nContent-Length: 2\n\nok") == "malformed");
  CHECK(one.answered("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok") ==
        "malformed");
  CHECK(one.answered("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n") == "malformed");
  CHECK(one.answered(std::string(1000, '\0')) == "malformed");
}

TEST_CASE("endless heads and interim answers end at their bounds") {
  Probed one;
  memory::MemoryPeer& head = one.start();
  head.send("HTTP/1.1 200 OK\r\n");
  for (int i = 0; i < 10'000 && one.text() == "(open)"; ++i) {
    head.send("X-Endless: yes\r\n");
    one.network.run();
  }
  CHECK(one.text() == "malformed");
  CHECK(head.closed());
  memory::MemoryPeer& interim = one.start();
  for (int i = 0; i < 10'000 && one.text() == "(open)"; ++i) {
    interim.send("HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\n");
    one.network.run();
  }
  CHECK(one.text() == "malformed");
  CHECK(interim.closed());
}

TEST_CASE("of an endless body only so much is looked at") {
  for (base::Bytes head :
       {"HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"}) {
    for (bool wants : {false, true}) {
      Probed one;
      if (wants) one.options.body = "needle";
      memory::MemoryPeer& peer = one.start();
      peer.send(head);
      std::size_t sent = 0;
      for (int i = 0; i < 10'000 && one.text() == "(open)"; ++i, sent += 1005) {
        peer.send("3e8\r\n" + std::string(1000, 'x') + "\r\n");
        one.network.run();
      }
      CHECK(one.text() == (wants ? "body without 'needle'" : "well"));
      CHECK(sent <= Probe::kBytesMax + 70'000);
      CHECK(peer.closed());
    }
  }
}

TEST_CASE("a connection is enough for a TCP probe: nothing is asked and nothing read") {
  Probed one;
  one.options.tcp = true;
  memory::MemoryPeer& peer = one.start();
  CHECK(one.text() == "well");
  CHECK(peer.received() == "");
  CHECK(peer.closed());
  one.connector.plan(kPort, memory::Plan::kRefuse);
  one.start();
  CHECK(one.text() == "refused");
  one.connector.plan(kPort, memory::Plan::kHang);
  one.start();
  CHECK(one.text() == "(open)");
  one.time.advance(base::Duration{1'008});
  CHECK(one.text() == "timeout");
}

TEST_CASE("a probe that is destroyed under way closes its connection and says nothing") {
  Probed one;
  auto probe = std::make_unique<Probe>(one.time.turns(), one.time.wheel());
  one.time.in_turn([&] { probe->start(one.connector, *one.endpoint, one.options, one); });
  one.network.run();
  probe.reset();
  CHECK(one.connector.last().closed());
  one.time.advance(base::Duration{5'000});
  CHECK(one.text() == "(open)");
}

}  // namespace weir::upstream
