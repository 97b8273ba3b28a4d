#include <doctest/doctest.h>

#include "stage.h"

namespace weir::proxy {

using base::Duration;
using http::Phase;
using memory::Plan;
using upstream::FailureKind;

namespace {

constexpr base::Bytes kHead = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n";
const std::string kGet = "GET / HTTP/1.1\r\nHost: a\r\n";
const std::string kPost = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n";

// One try and short, different times.
struct Timed : Stage {
  Timed() {
    options.retry.attempts = 1;
    options.timeouts.connect = Duration(1'000);
    options.timeouts.first_byte = Duration(2'000);
    options.timeouts.read = Duration(3'000);
    options.timeouts.write = Duration(4'000);
  }
  // Nothing happens for so long, but for what follows from that.
  void wait(int ms) {
    time.advance(Duration(ms));
    network.run();
  }
};

}  // namespace

TEST_CASE("a connect that hangs is a 504 when its deadline passes") {
  Timed stage;
  stage.connector.plan(Stage::port(0), Plan::kHang);
  Client client(stage, kGet);
  stage.wait(990);
  CHECK(client.told().empty());
  stage.wait(20);
  CHECK(client.told() == "fail 504 upstream_connect_timeout");
  CHECK(client.record().timed_out == Phase::kUpstreamConnect);
  CHECK(stage.failures(FailureKind::kConnectTimeout) == 1);
}

TEST_CASE("a backend that does not answer is a 504 when first_byte passes") {
  Timed stage;
  Client client(stage, kGet);
  stage.wait(1'990);
  CHECK(client.told().empty());
  stage.wait(20);
  CHECK(client.told() == "fail 504 upstream_timeout");
  CHECK(client.record().timed_out == Phase::kUpstreamFirstByte);
  CHECK(stage.backend().closed());
}

TEST_CASE("first_byte begins at the request's end: no backend is late while the client is") {
  Timed stage;
  Client client(stage, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n");
  client.send("x");
  stage.wait(60'000);
  CHECK(client.told().empty());
  CHECK(stage.failures(FailureKind::kTimeout) == 0);
  client.send("y");
  client.finish();
  stage.wait(1'990);
  CHECK(client.told().empty());
  stage.wait(20);
  CHECK(client.told() == "fail 504 upstream_timeout");
  CHECK(client.record().timed_out == Phase::kUpstreamFirstByte);
}

TEST_CASE("each 1xx renews first_byte") {
  Timed stage;
  Client client(stage, kGet);
  stage.wait(1'900);
  stage.answer(stage.backend(), "HTTP/1.1 103 Early Hints\r\n\r\n");
  stage.wait(1'900);
  CHECK(client.told() == "interim 103");
  stage.wait(110);
  CHECK(client.told() == "interim 103; fail 504 upstream_timeout");
}

TEST_CASE("an answer that stalls is cut when read passes, and each advance renews it") {
  Timed stage;
  Client client(stage, kGet);
  stage.answer(stage.backend(), kHead);
  stage.wait(2'990);
  stage.answer(stage.backend(), "abc");
  stage.wait(2'990);
  CHECK(client.told() == "head 200; body abc");
  stage.wait(20);
  CHECK(client.told() == "head 200; body abc; fail 502 upstream_cut");
  CHECK(client.record().timed_out == Phase::kUpstreamRead);
  CHECK(stage.failures(FailureKind::kCut) == 1);
}

TEST_CASE("no backend is late while the client does not keep up") {
  Timed stage;
  Client client(stage, kGet);
  client.flow = http::Flow::kPause;
  stage.answer(stage.backend(), std::string(kHead) + "abc");
  stage.wait(60'000);
  CHECK(client.told() == "head 200; body abc");
  client.flow = http::Flow::kGo;
  client.writable();
  stage.wait(2'990);
  CHECK(client.told() == "head 200; body abc");
  stage.wait(20);
  CHECK(client.told() == "head 200; body abc; fail 502 upstream_cut");
}

TEST_CASE("a backend that takes no more of the request is a 504 when write passes") {
  Timed stage;
  stage.connector.set_window(10'000, 20'000);
  Client client(stage, kPost);
  stage.backend().stream()->pause();
  client.send(std::string(50'000, 'x'));
  stage.wait(3'990);
  CHECK(client.told().empty());
  stage.wait(20);
  CHECK(client.told() == "fail 504 upstream_timeout");
  CHECK(client.record().timed_out == Phase::kUpstreamWrite);
}

TEST_CASE("a backend that takes the request slowly is not late") {
  Timed stage;
  stage.connector.set_window(1'000, 20'000);
  Client client(stage, kPost);
  memory::MemoryStream& reader = *stage.backend().stream();
  reader.pause();
  client.send(std::string(40'000, 'x'));
  for (int i = 0; i < 6; ++i) {
    stage.wait(3'900);
    reader.resume();
    stage.network.run_once();
    stage.network.run_once();
    reader.pause();
  }
  CHECK(client.told().empty());
  stage.wait(8'100);
  CHECK(client.told() == "fail 504 upstream_timeout");
  CHECK(client.record().timed_out == Phase::kUpstreamWrite);
}

TEST_CASE("an upload that stalls beside an answer is given up, and the answer goes on") {
  Timed stage;
  stage.connector.set_window(10'000, 20'000);
  Client client(stage, kPost);
  memory::MemoryPeer& backend = stage.backend();
  backend.stream()->pause();
  client.send(std::string(40'000, 'x'));
  CHECK(client.send(std::string(10'000, 'x')) == http::Flow::kPause);
  stage.answer(backend, kHead);
  for (int i = 0; i < 4; ++i) {
    stage.wait(1'500);
    stage.answer(backend, "a");
  }
  CHECK(client.told() == "head 200; body aa; resume; body aa");
  CHECK(client.send("more") == http::Flow::kGo);
  stage.answer(backend, "bbbbbb");
  CHECK(client.heard().back() == "end");
  CHECK(stage.idle() == 0);
}

TEST_CASE("a try that is late goes elsewhere, and is a 504 where there is no other") {
  Timed stage;
  stage.options.endpoints.emplace_back();
  stage.options.retry.attempts = 2;
  stage.options.retry.per_try_timeout = Duration(500);
  Client client(stage, kGet);
  stage.wait(490);
  CHECK(stage.connects(1) == 0);
  stage.wait(20);
  CHECK(stage.backend(0).closed());
  REQUIRE(stage.connects(1) == 1);
  stage.wait(480);
  CHECK(client.told().empty());
  stage.wait(30);
  CHECK(client.told() == "fail 504 upstream_timeout");
  CHECK(client.record().timed_out == Phase::kUpstreamTry);
  CHECK(stage.failures(FailureKind::kTimeout) == 2);
  CHECK(stage.retries(FailureKind::kTimeout) == 1);
  CHECK(stage.in_flight() == 0);
}

TEST_CASE("a try's time holds its connect too: a POST of which nothing was sent goes elsewhere") {
  Timed stage;
  stage.options.endpoints.emplace_back();
  stage.options.retry.per_try_timeout = Duration(500);
  stage.connector.plan(Stage::port(0), Plan::kHang);
  Client client(stage, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n");
  client.send("ab");
  client.finish();
  stage.wait(510);
  REQUIRE(stage.connects(1) == 1);
  CHECK(stage.backend(1).received().ends_with("\r\n\r\nab"));
  stage.answer(stage.backend(1), "HTTP/1.1 204 No Content\r\n\r\n");
  CHECK(client.heard().back() == "end");
}

TEST_CASE("a try's time ends with the answer's head, and a 1xx is none") {
  Timed stage;
  stage.options.retry.per_try_timeout = Duration(500);
  Client client(stage, kGet);
  stage.wait(400);
  stage.answer(stage.backend(), "HTTP/1.1 103 Early Hints\r\n\r\n");
  stage.wait(90);
  stage.answer(stage.backend(), kHead);
  stage.wait(1'000);
  CHECK(client.told() == "interim 103; head 200");

  Timed late;
  late.options.retry.per_try_timeout = Duration(500);
  Client other(late, kGet);
  late.wait(400);
  late.answer(late.backend(), "HTTP/1.1 103 Early Hints\r\n\r\n");
  late.wait(110);
  CHECK(other.told() == "interim 103; fail 504 upstream_timeout");
}

TEST_CASE("no try is late while the client is: its time begins anew at the request's end") {
  Timed stage;
  stage.options.retry.per_try_timeout = Duration(500);
  Client client(stage, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n");
  client.send("x");
  stage.wait(1'400);
  client.send("y");
  client.finish();
  stage.wait(490);
  CHECK(client.told().empty());
  stage.wait(20);
  CHECK(client.told() == "fail 504 upstream_timeout");
  CHECK(client.record().timed_out == Phase::kUpstreamTry);
}

TEST_CASE("a try is late while the backend takes nothing of the request") {
  Timed stage;
  stage.options.retry.per_try_timeout = Duration(500);
  stage.connector.set_window(10'000, 20'000);
  Client client(stage, kPost);
  stage.backend().stream()->pause();
  client.send(std::string(50'000, 'x'));
  stage.wait(510);
  CHECK(client.told() == "fail 504 upstream_timeout");
  CHECK(client.record().timed_out == Phase::kUpstreamTry);
}

TEST_CASE("a try's time does not go on into the backoff") {
  Timed stage;
  stage.options.endpoints.emplace_back();
  stage.options.retry.attempts = 3;
  stage.options.retry.backoff = Duration(2'000);
  stage.options.retry.per_try_timeout = Duration(500);
  Client client(stage, kGet);
  stage.wait(510);
  stage.wait(510);
  CHECK(stage.connects(0) + stage.connects(1) == 2);
  stage.wait(900);
  CHECK(client.told().empty());
  for (int i = 0; i < 22 && stage.connects(0) + stage.connects(1) < 3; ++i) stage.wait(100);
  CHECK(stage.connects(0) + stage.connects(1) == 3);
  stage.wait(510);
  CHECK(client.told() == "fail 504 upstream_timeout");
}

TEST_CASE("the route's deadline runs over all tries, until the answer's head") {
  {
    Timed stage;
    stage.options.endpoints.emplace_back();
    stage.proxy_options.timeout = Duration(1'500);
    stage.connector.plan(Stage::port(0), Plan::kHang);
    Client client(stage, kGet);
    stage.wait(1'490);
    CHECK(stage.connects(1) == 1);
    CHECK(client.told().empty());
    stage.wait(20);
    CHECK(client.told() == "fail 504 route_timeout");
    CHECK(client.record().timed_out == Phase::kRoute);
    CHECK(stage.in_flight() == 0);
  }
  Timed stage;
  stage.proxy_options.timeout = Duration(1'500);
  Client client(stage, kGet);
  stage.answer(stage.backend(), kHead);
  stage.wait(2'000);
  CHECK(client.told() == "head 200");
}

TEST_CASE("the route's deadline ends a backoff") {
  Stage stage(3);
  stage.options.retry.backoff = Duration(10'000);
  stage.proxy_options.timeout = Duration(500);
  stage.connector.plan(Stage::port(0), Plan::kRefuse);
  stage.connector.plan(Stage::port(1), Plan::kRefuse);
  Client client(stage, kGet);
  CHECK(client.told().empty());
  stage.time.advance(Duration(510));
  CHECK(client.told() == "fail 504 route_timeout");
  stage.time.advance(Duration(60'000));
  CHECK(stage.connects(2) == 0);
}

TEST_CASE("deadlines that are off do not fire") {
  Timed stage;
  stage.options.timeouts = {Duration(0), Duration(0), Duration(0), Duration(0)};
  stage.connector.set_window(1'000, 2'000);
  stage.connector.plan(Stage::port(0), Plan::kHang);
  Client client(stage, kPost);
  stage.wait(1'000'000);
  stage.connector.settle(Stage::port(0), Plan::kAccept);
  stage.network.run();
  stage.backend().stream()->pause();
  client.send(std::string(8'000, 'x'));
  stage.wait(1'000'000);
  stage.answer(stage.backend(), kHead);
  stage.wait(1'000'000);
  CHECK(client.told() == "head 200");
}

}  // namespace weir::proxy
