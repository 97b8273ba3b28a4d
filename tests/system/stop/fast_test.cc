#include <doctest/doctest.h>

#include "system/stop/setup.h"

namespace weir::stop {

TEST_CASE("TERM and INT end at once, with exit status 0, whatever is in flight") {
  for (int number : {SIGTERM, SIGINT}) {
    CAPTURE(number);
    FakeOrigin origin(FakeOrigin::hanging());
    WeirProcess weir(config_to(origin.address(), "workers: 2\n"));
    RawClient idle(weir.address());
    RawClient waiting(weir.address());
    waiting.send(get("/a"));
    origin.wait_requests(1);
    RawClient half(weir.address());
    half.send("GET /a HT");
    auto start = Clock::now();
    weir.process().signal(number);
    CHECK(weir.process().wait() == 0);
    CHECK(Clock::now() - start < std::chrono::seconds(5));
    for (auto* client : {&idle, &waiting, &half}) {
      CHECK(client->read_to_end().empty());
      CHECK(client->end() != End::kOpen);
    }
    CHECK(refuses(weir.address()));
  }
}

TEST_CASE("a signal that comes as weir starts is not lost") {
  FakeOrigin origin(FakeOrigin::hanging());
  TempDir dir;
  auto file = dir.write("weir.yaml", config_to(origin.address(), "access_log: off\n"));
  for (int i = 0; i < 10; ++i) {
    Product weir("weir", {"-c", file});
    weir.wait_err_line("weir: listening on ");
    weir.signal(i % 2 == 0 ? SIGTERM : SIGQUIT);
    CHECK(weir.wait() == 0);
  }
}

TEST_CASE("HUP and PIPE do not end it") {
  BackendProcess backend;
  WeirProcess weir(config_to(backend.address()));
  weir.process().signal(SIGHUP);
  weir.process().wait_err_line("HUP: serving");
  weir.process().signal(SIGPIPE);
  CHECK(RawClient(weir.address()).get("/").status() == 200);
}

}  // namespace weir::stop
