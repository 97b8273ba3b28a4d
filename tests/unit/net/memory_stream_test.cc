#include "support/memory/memory_stream.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "support/memory/manual_time.h"
#include "support/memory/memory_connector.h"
#include "support/memory/memory_network.h"
#include "support/memory/memory_peer.h"

// The streams that other tests stand on keep the contract of net/stream.h.
namespace weir::memory {

namespace {

using Heard = std::vector<std::string>;

// Writes down what it hears, and closes its stream inside the event named by close_at.
struct Ear final : net::StreamEvents {
  void on_connected() override { hear("connected"); }
  void on_bytes(base::Bytes bytes) override { hear(std::string(bytes)); }
  void on_end() override { hear("FIN"); }
  void on_writable() override { hear("writable"); }
  void on_error(net::StreamError error) override {
    hear(error == net::StreamError::kReset ? "RST" : "error");
  }
  void hear(std::string event) {
    bool close = event == close_at;
    heard.push_back(std::move(event));
    if (close) stream.reset();
  }

  std::unique_ptr<MemoryStream> stream;
  Heard heard;
  std::string close_at;
};

// An ear on the near end, the peer on the far one.
struct Wire {
  Wire() {
    ear.stream = std::move(pair.near);
    ear.stream->set_events(&ear);
    ear.stream->start();
  }
  void write(base::Bytes bytes) {
    time.in_turn([&] { ear.stream->write(bytes); });
  }

  ManualTime time;
  MemoryNetwork network{time.turns()};
  MemoryPair pair = MemoryStream::pair(network);
  Ear ear;
  MemoryPeer peer{network, std::move(pair.far)};
};

}  // namespace

TEST_CASE("bytes are heard when the network runs, and FIN behind them") {
  Wire wire;
  wire.peer.send("abc");
  wire.peer.shut_down();
  CHECK(wire.ear.heard.empty());
  wire.network.run();
  CHECK(wire.ear.heard == Heard{"abc", "FIN"});
  wire.write("still open");
  wire.network.run();
  CHECK(wire.peer.received() == "still open");
}

TEST_CASE("what is gathered in a turn is one write at its end") {
  Wire wire;
  wire.time.in_turn([&] {
    for (int i = 0; i < 1000; ++i) wire.ear.stream->write("ab");
    CHECK(wire.ear.stream->gathered() == 2000);
    CHECK(wire.ear.stream->written() == 0);
  });
  CHECK(wire.ear.stream->writes() == 1);
  CHECK(wire.ear.stream->gathered() == 0);
  CHECK(wire.ear.stream->written() == 2000);
}

TEST_CASE("a full window queues, congests, and becomes writable at half and at nothing") {
  Wire wire;
  wire.ear.stream->set_window(10);
  wire.ear.stream->set_mark(40);
  wire.peer.stream()->pause();
  wire.write(std::string(51, 'x'));
  CHECK(wire.ear.stream->queued() == 41);
  CHECK(wire.ear.stream->congested());
  wire.network.run();
  CHECK(wire.ear.heard.empty());
  wire.peer.stream()->resume();
  wire.network.run();
  CHECK(wire.ear.heard == Heard{"writable", "writable"});
  CHECK(wire.peer.received().size() == 51);
}

TEST_CASE("closing sends FIN, and RST where bytes were not read") {
  Wire clean;
  clean.write("bye");
  clean.ear.stream.reset();
  clean.network.run();
  CHECK(clean.peer.received() == "bye");
  CHECK(clean.peer.ended());
  Wire cut;
  cut.peer.send("unread");
  cut.ear.stream.reset();
  cut.network.run();
  CHECK(cut.peer.error() == net::StreamError::kReset);
}

TEST_CASE("a write to a closed end succeeds once and is answered by RST") {
  Wire wire;
  wire.peer.close();
  wire.write("lost");
  CHECK(wire.ear.stream->written() == 4);
  wire.write("fails");
  CHECK(wire.ear.stream->written() == 4);
  wire.network.run();
  CHECK(wire.ear.heard == Heard{"RST"});
}

TEST_CASE("behind FIN an RST is noticed by a write only") {
  Wire wire;
  wire.peer.shut_down();
  wire.network.run();
  wire.peer.reset();
  wire.network.run();
  CHECK(wire.ear.heard == Heard{"FIN"});
  wire.write("x");
  wire.network.run();
  CHECK(wire.ear.heard == Heard{"FIN", "RST"});
}

TEST_CASE("what came before the RST is heard first, also when a write failed meanwhile") {
  Wire wire;
  wire.peer.send("413");
  wire.peer.reset();
  wire.write("body");
  wire.network.run();
  CHECK(wire.ear.heard == Heard{"413", "RST"});
}

TEST_CASE("reset is heard as RST and throws away what was queued") {
  Wire wire;
  wire.ear.stream->set_window(2);
  wire.write("abcdef");
  wire.ear.stream->reset();
  wire.network.run();
  CHECK(wire.peer.received() == "ab");
  CHECK(wire.peer.error() == net::StreamError::kReset);
}

TEST_CASE("a paused end hears nothing until it resumes") {
  Wire wire;
  wire.ear.stream->pause();
  wire.ear.stream->pause();
  CHECK(wire.ear.stream->pauses() == 1);
  wire.peer.send("a");
  wire.peer.shut_down();
  wire.network.run();
  CHECK(wire.ear.heard.empty());
  wire.ear.stream->resume();
  wire.network.run();
  CHECK(wire.ear.heard == Heard{"a", "FIN"});
}

TEST_CASE("a stream may be closed inside each of its events") {
  for (base::Bytes event : {"abc", "FIN", "RST", "error", "writable"}) {
    CAPTURE(event);
    Wire wire;
    wire.ear.close_at = event;
    wire.ear.stream->set_window(1);
    if (event == "writable") wire.write("xx");
    wire.peer.send("abc");
    if (event == "FIN") wire.peer.shut_down();
    if (event == "RST") wire.peer.reset();
    if (event == "error") wire.ear.stream->break_with(net::StreamError::kOther);
    wire.network.run();
    CHECK(wire.ear.heard.back() == event);
    CHECK(wire.ear.stream == nullptr);
  }
}

TEST_CASE("connects are accepted, refused or left hanging as planned, never inside the call") {
  ManualTime time;
  MemoryNetwork network(time.turns());
  MemoryConnector connector(network);
  connector.plan(2, Plan::kRefuse);
  connector.plan(3, Plan::kHang);
  connector.plan(4, Plan::kHang);
  std::vector<Ear> ears(4);
  std::vector<net::StreamPtr> streams;
  for (std::uint16_t port = 1; port <= 4; ++port) {
    streams.push_back(connector.connect(memory_address(port), ears[port - 1U]));
    CHECK(ears[port - 1U].heard.empty());
  }
  network.run();
  CHECK(ears[0].heard == Heard{"connected"});
  CHECK(ears[1].heard == Heard{"error"});
  CHECK(ears[2].heard.empty());
  connector.peer(1, 0).send("hello");
  connector.settle(3, Plan::kAccept);
  connector.settle(4, Plan::kRefuse);
  network.run();
  CHECK(ears[0].heard == Heard{"connected", "hello"});
  CHECK(ears[2].heard == Heard{"connected"});
  CHECK(ears[3].heard == Heard{"error"});
  CHECK(connector.connects() == 4);
  CHECK(connector.connects(3) == 1);
  CHECK(connector.open() == 2);
}

TEST_CASE("time turned by hand fires deadlines on the way, each at its own time") {
  struct Alarm final : net::DeadlineEvents {
    explicit Alarm(ManualTime& of) : time(of) {}
    void on_deadline(net::Deadline&) override { fired.push_back(time.turns().now()); }
    ManualTime& time;
    std::vector<base::Stamp> fired;
  };
  ManualTime time;
  base::Stamp begin = time.now();
  Alarm alarm(time);
  net::Deadline near(time.wheel(), alarm);
  net::Deadline far(time.wheel(), alarm);
  net::Deadline gone(time.wheel(), alarm);
  near.set(begin + 100'000'000);
  far.set(begin + 60'000'000'000);
  gone.set(begin + 50'000'000);
  gone.clear();
  time.advance(base::Duration{99});
  CHECK(alarm.fired.empty());
  time.advance(base::Duration{3'600'000});
  REQUIRE(alarm.fired.size() == 2);
  CHECK(alarm.fired[0] - begin >= 100'000'000);
  CHECK(alarm.fired[0] - begin <= 108'000'000);
  CHECK(alarm.fired[1] - begin >= 60'000'000'000);
  CHECK(alarm.fired[1] - begin <= 60'008'000'000);
  CHECK(time.now() == begin + 3'600'099'000'000);
}

}  // namespace weir::memory
