#include "net/loop.h"

#include <uv.h>

#include <cstdio>
#include <cstdlib>
#include <utility>
#include <vector>

#include "net/socket_stream.h"

namespace weir::net {

namespace {

base::Stamp read_clock() { return static_cast<base::Stamp>(uv_hrtime()); }

constexpr std::size_t kBuffersKept = 16;
constexpr std::size_t kGathersKept = 64;

[[noreturn]] void die(const char* what, int error) {
  std::fprintf(stderr, "weir: %s: %s\n", what, uv_strerror(error));
  std::abort();
}

}  // namespace

struct Loop::State final : Wheel::Alarm {
  State() : turns(read_clock), wheel(*this, read_clock()), gathers(kGathersKept) {
    if (int error = uv_loop_init(&loop); error != 0) die("cannot make an event loop", error);
    uv_timer_init(&loop, &timer);
    uv_prepare_init(&loop, &prepare);
    timer.data = prepare.data = this;
    uv_prepare_start(&prepare, [](uv_prepare_t* handle) {
      static_cast<State*>(handle->data)->turns.forget_time();
    });
    uv_unref(reinterpret_cast<uv_handle_t*>(&prepare));
    uv_unref(reinterpret_cast<uv_handle_t*>(&timer));
  }

  void wake_by(base::Stamp at) override {
    // In libuv's milliseconds of the same clock, rounded up: woken early the wheel would find
    // nothing due and ask again.
    uv_update_time(&loop);
    auto due = static_cast<std::uint64_t>((at + 999'999) / 1'000'000);
    auto now = uv_now(&loop);
    uv_timer_start(&timer, on_timer, due > now ? due - now : 0, 0);
  }

  static void on_timer(uv_timer_t* handle) {
    auto* self = static_cast<State*>(handle->data);
    self->turns.forget_time();
    Turns::Scope scope(self->turns);
    self->wheel.advance(self->turns.now());
  }

  void trim_spare() {
    if (spare.size() > kBuffersKept) spare.resize(kBuffersKept);
  }

  uv_loop_t loop{};
  uv_timer_t timer{};
  uv_prepare_t prepare{};
  Turns turns;
  Wheel wheel;
  ReadBufferPtr current;
  std::vector<ReadBufferPtr> spare;
  base::FreeList<Gather> gathers;
  base::Slabs streams{sizeof(SocketStream)};
};

Loop::Loop() : state_(std::make_unique<State>()) { state_->loop.data = this; }

Loop::~Loop() {
  uv_close(reinterpret_cast<uv_handle_t*>(&state_->timer), nullptr);
  uv_close(reinterpret_cast<uv_handle_t*>(&state_->prepare), nullptr);
  // What is closing gets its callback in one pass; only a handle still open would keep the loop
  // waiting.
  uv_run(&state_->loop, UV_RUN_NOWAIT);
  uv_run(&state_->loop, UV_RUN_NOWAIT);
  if (int error = uv_loop_close(&state_->loop); error != 0)
    die("a handle outlived its loop", error);
}

void Loop::run() { uv_run(&state_->loop, UV_RUN_DEFAULT); }
void Loop::stop() { uv_stop(&state_->loop); }
bool Loop::run_once() { return uv_run(&state_->loop, UV_RUN_ONCE) != 0; }

Turns& Loop::turns() { return state_->turns; }
Wheel& Loop::wheel() { return state_->wheel; }
uv_loop_s* Loop::uv() { return &state_->loop; }

ReadBuffer& Loop::read_buffer() {
  State& s = *state_;
  if (s.current == nullptr && s.spare.empty()) {
    s.current = std::make_unique_for_overwrite<ReadBuffer>();
  } else if (s.current == nullptr) {
    s.current = std::move(s.spare.back());
    s.spare.pop_back();
  }
  s.trim_spare();
  return *s.current;
}

bool Loop::owns(base::Bytes bytes) const {
  return state_->current != nullptr && state_->current->holds(bytes);
}

ReadBufferPtr Loop::adopt_read_buffer() { return std::move(state_->current); }

void Loop::give_back(ReadBufferPtr buffer) {
  state_->spare.push_back(std::move(buffer));
  // Within a turn another stream may still have views into it: the next read trims.
  if (!state_->turns.inside()) state_->trim_spare();
}

Buffers& Loop::buffers() { return state_->turns.buffers(); }

base::FreeList<Gather>& Loop::gathers() { return state_->gathers; }

base::Slabs& Loop::streams() { return state_->streams; }

void Loop::ease() {
  state_->spare.clear();
  state_->gathers.clear();
}

}  // namespace weir::net
