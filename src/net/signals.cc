#include "net/signals.h"

#include <uv.h>

#include "net/handle.h"
#include "net/loop.h"

namespace weir::net {

struct Signals::State {
  static void on_signal(uv_signal_t* handle, int number) noexcept {
    State* self = Handle<uv_signal_t, State>::owner_of(handle);
    if (self == nullptr) return;
    Turns::Scope scope(self->loop->turns());
    self->events->on_signal(number);
  }

  Loop* loop = nullptr;
  SignalEvents* events = nullptr;
  Handle<uv_signal_t, State> handle;
};

Signals::Signals(Loop& loop, SignalEvents& events, std::initializer_list<int> numbers) {
  for (int number : numbers) {
    auto state = std::make_unique<State>();
    state->loop = &loop;
    state->events = &events;
    state->handle.make(state.get(), [&](uv_signal_t* uv) { return uv_signal_init(loop.uv(), uv); });
    uv_signal_start(state->handle.get(), State::on_signal, number);
    states_.push_back(std::move(state));
  }
}

Signals::~Signals() = default;

}  // namespace weir::net
