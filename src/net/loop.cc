#include "net/loop.h"

#include <uv.h>

#include <cstdio>
#include <cstdlib>

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
  State()
      : turns(read_clock),
        wheel(*this, read_clock()),
        buffers(kBuffersKept),
        gathers(kGathersKept) {
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
    // Rounded up to libuv's milliseconds, measured from its own idea of now.
    uv_update_time(&loop);
    base::Stamp left = at - read_clock();
    auto ms = left <= 0 ? 0U : static_cast<std::uint64_t>((left + 999'999) / 1'000'000);
    uv_timer_start(&timer, on_timer, ms, 0);
  }

  static void on_timer(uv_timer_t* handle) {
    auto* self = static_cast<State*>(handle->data);
    self->turns.forget_time();
    Turns::Scope scope(self->turns);
    self->wheel.advance(self->turns.now());
  }

  uv_loop_t loop{};
  uv_timer_t timer{};
  uv_prepare_t prepare{};
  Turns turns;
  Wheel wheel;
  ReadBufferPtr current;
  base::FreeList<ReadBuffer> buffers;
  base::FreeList<Gather> gathers;
};

Loop::Loop() : state_(std::make_unique<State>()) {}

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
  if (state_->current == nullptr) state_->current = state_->buffers.take();
  return *state_->current;
}

bool Loop::owns(base::Bytes bytes) const {
  if (state_->current == nullptr) return false;
  const char* begin = state_->current->bytes.data();
  return bytes.data() >= begin && bytes.data() + bytes.size() <= begin + ReadBuffer::kSize;
}

ReadBufferPtr Loop::adopt_read_buffer() { return std::move(state_->current); }
void Loop::give_back(ReadBufferPtr buffer) { state_->buffers.give_back(std::move(buffer)); }
base::FreeList<Gather>& Loop::gathers() { return state_->gathers; }

}  // namespace weir::net
