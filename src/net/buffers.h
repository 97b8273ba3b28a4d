#pragma once

#include <atomic>
#include <cstdint>
#include <utility>

#include "base/counter.h"
#include "base/ref.h"

namespace weir::net {

// Memory that holds what peers have not taken yet, or what was read before its time, over all loops
// of a process, in bytes. Any
// thread.
struct BufferTotal : base::Shared {
  std::atomic<std::uint64_t> held{0};
};

// The part of one loop in it, and the bound on the whole (YAML: limits.buffers): where it is
// reached, a stream is congested as soon as anything waits on it, so that each of them holds what
// one read brought at most. What waits for nobody but its own peer goes on: nothing waits for
// memory to come free. Touched only where a kernel did not take all, or bytes have to be kept. One
// thread.
class Buffers {
 public:
  // Counts in `total` with other loops, and how often this one met the bound in `hits`; both
  // outlive it. Before anything is held.
  void share(base::SharedRef<BufferTotal> total, base::Counter& hits) {
    total_ = std::move(total);
    hits_ = &hits;
  }
  // 0: no bound.
  void set_most(std::uint64_t most) { most_ = most; }

  void add(std::uint64_t bytes) {
    std::uint64_t before = total_->held.fetch_add(bytes, std::memory_order_relaxed);
    bool met = most_ != 0 && before <= most_ && before + bytes > most_;
    if (met && hits_ != nullptr) hits_->add();
  }
  void subtract(std::uint64_t bytes) { total_->held.fetch_sub(bytes, std::memory_order_relaxed); }
  [[nodiscard]] bool full() const {
    return most_ != 0 && total_->held.load(std::memory_order_relaxed) > most_;
  }
  [[nodiscard]] std::uint64_t held() const { return total_->held.load(std::memory_order_relaxed); }

 private:
  base::SharedRef<BufferTotal> total_ = base::make_shared_ref<BufferTotal>();
  base::Counter* hits_ = nullptr;  // null: nobody's
  std::uint64_t most_ = 0;
};

// Bytes that somebody holds, counted there for as long as this lives; none at first. One thread.
class Held {
 public:
  // `buffers` outlives it.
  explicit Held(Buffers& buffers) : buffers_(buffers) {}
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;
  ~Held() { set(0); }

  // So many, in place of those that were.
  void set(std::uint64_t bytes) {
    if (bytes > bytes_) buffers_.add(bytes - bytes_);
    if (bytes < bytes_) buffers_.subtract(bytes_ - bytes);
    bytes_ = bytes;
  }

 private:
  Buffers& buffers_;
  std::uint64_t bytes_ = 0;
};

}  // namespace weir::net
