#pragma once

#include <uv.h>

#include <memory>
#include <utility>

namespace weir::net {

// Room for either kind of socket handle.
union SocketHandle {
  uv_handle_t handle;
  uv_stream_t stream;
  uv_tcp_t tcp;
  uv_pipe_t pipe;
};

// Owns a libuv handle of type Uv on behalf of an Owner. The handle lies in a heap block together
// with a pointer to its owner. Destroying the Handle cuts that pointer, closes the handle, and lets
// the block free itself when libuv is done with it: the C++ object dies now, libuv's memory dies
// later, and no event comes in between. Every trampoline begins with owner_of() and returns where
// it is null. One thread, that of the loop.
template <class Uv, class Owner>
class Handle {
 public:
  Handle() = default;
  Handle(Handle&& other) noexcept : block_(std::exchange(other.block_, nullptr)) {}
  Handle& operator=(Handle&& other) noexcept {
    if (this != &other) {
      close();
      block_ = std::exchange(other.block_, nullptr);
    }
    return *this;
  }
  ~Handle() { close(); }

  // Makes the handle by init(Uv*), a libuv ..._init call. A handle whose init fails is never
  // closed; its error is returned (0: well).
  template <class Init>
  int make(Owner* owner, Init init) {
    auto block = std::make_unique<Block>();
    int error = init(&block->uv);
    if (error != 0) return error;
    block->owner = owner;
    uv_handle_set_data(reinterpret_cast<uv_handle_t*>(&block->uv), block.get());
    close();
    block_ = block.release();
    return 0;
  }

  [[nodiscard]] bool open() const { return block_ != nullptr; }
  Uv* get() const { return &block_->uv; }
  template <class Base>
  Base* as() const {
    return reinterpret_cast<Base*>(&block_->uv);
  }
  // Another owner hears the events from here on.
  void set_owner(Owner* owner) { block_->owner = owner; }

  // The owner of a handle that libuv called back for; null when it was cut.
  template <class Any>
  static Owner* owner_of(const Any* uv) {
    return static_cast<const Block*>(uv->data)->owner;
  }

  void close() {
    if (block_ == nullptr) return;
    uv_close(cut(), free_block);
  }
  // Closes a TCP handle by RST where libuv can (not behind a shutdown), else as close().
  void close_reset() {
    if (block_ == nullptr) return;
    auto* handle = cut();
    if (handle->type != UV_TCP ||
        uv_tcp_close_reset(reinterpret_cast<uv_tcp_t*>(handle), free_block) != 0) {
      uv_close(handle, free_block);
    }
  }

 private:
  struct Block {
    Uv uv;
    Owner* owner = nullptr;
  };

  uv_handle_t* cut() {
    block_->owner = nullptr;
    return reinterpret_cast<uv_handle_t*>(&std::exchange(block_, nullptr)->uv);
  }
  static void free_block(uv_handle_t* handle) {
    std::unique_ptr<Block> dead(static_cast<Block*>(handle->data));
  }

  Block* block_ = nullptr;
};

}  // namespace weir::net
