#include "net/mailbox.h"

#include <uv.h>

#include <mutex>
#include <utility>
#include <vector>

#include "net/handle.h"
#include "net/loop.h"

namespace weir::net {

struct Mailbox::State {
  static void on_async(uv_async_t* handle) noexcept {
    State* self = Handle<uv_async_t, State>::owner_of(handle);
    if (self == nullptr) return;
    Turns::Scope scope(self->loop->turns());
    std::vector<std::unique_ptr<Letter>> letters;
    {
      std::lock_guard lock(self->mutex);
      letters.swap(self->posted);
    }
    for (auto& letter : letters) {
      letter->open();
      // It may have destroyed the mailbox: what the others would speak to is gone with it. The
      // handle's memory outlives this callback.
      if (Handle<uv_async_t, State>::owner_of(handle) == nullptr) return;
    }
  }

  Loop* loop = nullptr;
  Handle<uv_async_t, State> async;
  std::mutex mutex;
  std::vector<std::unique_ptr<Letter>> posted;
};

Mailbox::Mailbox(Loop& loop) : state_(std::make_unique<State>()) {
  state_->loop = &loop;
  state_->async.make(state_.get(),
                     [&](uv_async_t* uv) { return uv_async_init(loop.uv(), uv, State::on_async); });
}

Mailbox::~Mailbox() = default;

void Mailbox::post(std::unique_ptr<Letter> letter) {
  {
    std::lock_guard lock(state_->mutex);
    state_->posted.push_back(std::move(letter));
  }
  uv_async_send(state_->async.get());
}

}  // namespace weir::net
