#pragma once

#include <uv.h>

#include <memory>
#include <new>
#include <utility>

namespace weir::net {

// Owns a libuv handle on behalf of an Owner, as a heap block of its own whose `data` points to the
// owner. Destroying the Handle cuts that pointer, closes the handle, and lets the block free itself
// when libuv is done with it: the C++ object dies now, libuv's memory dies later, and no event
// comes in between. Every trampoline begins with owner_of() and returns where it is null. Uv is the
// handle's type, or a base of it, as uv_stream_t. One thread, that of the loop.
template <class Uv, class Owner>
class Handle {
 public:
  Handle() = default;
  // Takes over what another one, of any owner, released; null: none.
  explicit Handle(Uv* released) : uv_(released) {}
  Handle(Handle&& other) noexcept : uv_(std::exchange(other.uv_, nullptr)) {}
  Handle& operator=(Handle&& other) noexcept {
    if (this != &other) {
      close();
      uv_ = std::exchange(other.uv_, nullptr);
    }
    return *this;
  }
  ~Handle() { close(); }

  // Makes the handle by init(Kind*), a libuv ..._init call. A handle whose init fails is never
  // closed; its error is returned (0: well).
  template <class Kind = Uv, class Init>
  int make(Owner* owner, Init init) {
    std::unique_ptr<void, Freed> memory(::operator new(sizeof(Kind)));
    Kind* made = std::construct_at(static_cast<Kind*>(memory.get()));
    int error = init(made);
    if (error != 0) return error;
    made->data = owner;
    close();
    memory.release();
    uv_ = reinterpret_cast<Uv*>(made);
    return 0;
  }

  [[nodiscard]] bool open() const { return uv_ != nullptr; }
  Uv* get() const { return uv_; }
  template <class Base>
  Base* as() const {
    return reinterpret_cast<Base*>(uv_);
  }
  // Another owner hears the events from here on.
  void set_owner(Owner* owner) { uv_->data = owner; }
  // Gives the handle away, open, to be taken over by another of these.
  Uv* release() { return std::exchange(uv_, nullptr); }

  // The owner of a handle that libuv called back for; null when it was cut.
  template <class Any>
  static Owner* owner_of(const Any* uv) {
    return static_cast<Owner*>(uv->data);
  }

  void close() {
    if (uv_ == nullptr) return;
    uv_close(cut(), free_handle);
  }
  // Closes a TCP handle by RST where libuv can (not behind a shutdown), else as close().
  void close_reset() {
    if (uv_ == nullptr) return;
    auto* handle = cut();
    if (handle->type != UV_TCP ||
        uv_tcp_close_reset(reinterpret_cast<uv_tcp_t*>(handle), free_handle) != 0) {
      uv_close(handle, free_handle);
    }
  }

 private:
  struct Freed {
    void operator()(void* memory) const { ::operator delete(memory); }
  };

  uv_handle_t* cut() {
    uv_->data = nullptr;
    return reinterpret_cast<uv_handle_t*>(std::exchange(uv_, nullptr));
  }
  // libuv's handles are plain C: there is nothing to destroy.
  static void free_handle(uv_handle_t* handle) { ::operator delete(handle); }

  Uv* uv_ = nullptr;
};

}  // namespace weir::net
