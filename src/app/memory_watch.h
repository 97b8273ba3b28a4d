#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "app/ebb.h"
#include "app/snapshot.h"
#include "app/worker.h"
#include "base/clock.h"
#include "base/ref.h"
#include "net/wheel.h"

namespace weir::app {

// Gives memory back to the system when a burst is over: has the workers let go of what they keep
// for reuse, and the allocator of the pages that are free then. Looks once a second, and acts every
// kPause at most. Control thread; while the allocator looks through an arena, the worker whose it
// is waits where it asks for memory.
class MemoryWatch final : public net::DeadlineEvents {
 public:
  // All of them outlive it.
  MemoryWatch(net::Wheel& wheel, const base::SharedRef<const Snapshot>& snapshot,
              const Together& together, const std::vector<std::unique_ptr<Worker>>& workers);

  // From `now` on, with a snapshot there and workers that run.
  void start(base::Stamp now);
  void on_deadline(net::Deadline& deadline) override;

 private:
  enum class Step : std::uint8_t {
    kLook,
    kTrim,    // the workers have been asked
    kSettle,  // what is resident now is what should be
  };

  Step step(base::Stamp now);
  [[nodiscard]] std::uint64_t explained() const;

  const base::SharedRef<const Snapshot>& snapshot_;
  const Together& together_;
  const std::vector<std::unique_ptr<Worker>>& workers_;
  Ebb ebb_;
  Step step_ = Step::kLook;
  base::Stamp not_before_ = 0;
  net::Deadline next_;
};

}  // namespace weir::app
