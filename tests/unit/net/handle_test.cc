#include "net/handle.h"

#include <doctest/doctest.h>
#include <sys/socket.h>

#include <cerrno>
#include <string>
#include <utility>

#include "unit/net/live.h"

namespace weir::net {

namespace {

struct Idler {
  using Idle = Handle<uv_idle_t, Idler>;
  static void on_idle(uv_idle_t* uv) {
    Idler* self = Idle::owner_of(uv);
    if (self == nullptr) return;
    ++self->calls;
    if (self->close_inside) self->idle.close();
  }
  void start(Live& live) {
    REQUIRE(idle.make(this, [&](uv_idle_t* uv) { return uv_idle_init(live.loop.uv(), uv); }) == 0);
    uv_idle_start(idle.get(), on_idle);
  }
  Idle idle;
  int calls = 0;
  bool close_inside = false;
};

}  // namespace

TEST_CASE("a handle whose init fails is not open, never closed, and its error is told") {
  Handle<uv_tcp_t, Idler> handle;
  CHECK(handle.make(nullptr, [](uv_tcp_t*) { return UV_EMFILE; }) == UV_EMFILE);
  CHECK_FALSE(handle.open());
}

TEST_CASE("closed inside its own callback, it calls back no more") {
  Live live;
  Idler idler;
  idler.close_inside = true;
  idler.start(live);
  CHECK(live.until([&] { return idler.calls > 0; }));
  CHECK_FALSE(idler.idle.open());
  live.settle();
  CHECK(idler.calls == 1);
}

TEST_CASE("a moved handle goes on, and the one it replaces is closed") {
  Live live;
  Idler one;
  Idler two;
  one.start(live);
  two.start(live);
  one.idle = std::move(two.idle);
  CHECK_FALSE(two.idle.open());
  int before = one.calls;
  CHECK(live.until([&] { return two.calls > 0; }));  // the owner is still the old one
  CHECK(one.calls == before);
  one.idle.set_owner(&one);
  CHECK(live.until([&] { return one.calls > before; }));
  Idler::Idle third(std::move(one.idle));
  third.set_owner(nullptr);  // nobody's: its trampoline returns at once
  live.settle();
}

TEST_CASE("making a handle again closes what it was") {
  Live live;
  Idler idler;
  idler.start(live);
  idler.start(live);
  CHECK(live.until([&] { return idler.calls > 2; }));
}

TEST_CASE("closing by RST falls back to a close where libuv cannot") {
  for (bool shut : {false, true}) {
    Live live;
    Ends ends = connected(Family::kV4);
    Handle<uv_tcp_t, Idler> handle;
    REQUIRE(handle.make(nullptr, [&](uv_tcp_t* uv) { return uv_tcp_init(live.loop.uv(), uv); }) ==
            0);
    REQUIRE(uv_tcp_open(handle.get(), ends.near.release()) == 0);
    uv_shutdown_t request;
    if (shut) uv_shutdown(&request, handle.as<uv_stream_t>(), [](uv_shutdown_t*, int) {});
    handle.close_reset();
    CHECK_FALSE(handle.open());
    handle.close_reset();
    handle.close();
    std::string got;
    CHECK(read_to_end(ends.far, got) == (shut ? 0 : ECONNRESET));
    live.settle();
  }
}

}  // namespace weir::net
