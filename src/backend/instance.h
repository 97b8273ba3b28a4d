#pragma once

#include <atomic>
#include <cstdint>
#include <string>

namespace weir::backend {

// Whether /healthz answers well: the only thing that a request can change. Any thread.
class Health {
 public:
  static constexpr std::int64_t kUntilToldOtherwise = -1;

  // The next `count` answers of /healthz fail; 0: none; kUntilToldOtherwise: all.
  void fail(std::int64_t count) { failures_.store(count, std::memory_order_relaxed); }
  // Whether the answer that is being given must fail; counts it.
  bool take_failure();
  [[nodiscard]] std::int64_t failures() const { return failures_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::int64_t> failures_{0};
};

// What makes one weir-backend differ from another. Shared by all its workers; outlives them.
struct Instance {
  std::string name;  // in every answer, as X-Instance
  Health health;
};

}  // namespace weir::backend
