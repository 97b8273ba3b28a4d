#include "app/memory_watch.h"

#include <malloc.h>
#include <unistd.h>

#include <cstdio>

namespace weir::app {

namespace {

constexpr base::Duration kLookEvery{1'000};
// Who comes and goes in waves pays once in so long for new memory.
constexpr base::Duration kPause{30'000};
// A connection while it has a stream, and a request with all that answering it takes on both sides;
// rather more than they cost, so that nothing is asked back in a burst.
constexpr std::uint64_t kPerConnection = 640;
constexpr std::uint64_t kPerRequest = 16 * 1024;

// Memory of this process that is resident and no file's, in bytes; 0: nobody knows.
std::uint64_t resident() {
  std::FILE* file = std::fopen("/proc/self/statm", "re");
  if (file == nullptr) return 0;
  unsigned long all = 0;
  unsigned long of_files = 0;
  int read = std::fscanf(file, "%*u %lu %lu", &all, &of_files);
  std::fclose(file);
  return read == 2 ? (all - of_files) * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE)) : 0;
}

}  // namespace

MemoryWatch::MemoryWatch(net::Wheel& wheel, const base::SharedRef<const Snapshot>& snapshot,
                         const Together& together,
                         const std::vector<std::unique_ptr<Worker>>& workers)
    : snapshot_(snapshot), together_(together), workers_(workers), next_(wheel, *this) {}

void MemoryWatch::start(base::Stamp now) {
  // Before the first burst.
  ebb_.look(resident(), explained());
  next_.set(base::after(now, kLookEvery));
}

void MemoryWatch::on_deadline(net::Deadline&) {
  base::Stamp now = base::read_clock();
  step_ = step(now);
  next_.set(base::after(now, kLookEvery));
}

MemoryWatch::Step MemoryWatch::step(base::Stamp now) {
  if (step_ == Step::kTrim) {
    // Of all arenas; wherever whole pages are free, not at their ends alone.
    ::malloc_trim(0);
    not_before_ = base::after(now, kPause);
    return Step::kSettle;
  }
  if (step_ == Step::kSettle) ebb_.settle();
  std::uint64_t held = resident();
  if (held == 0 || !ebb_.look(held, explained()) || now < not_before_) return Step::kLook;
  for (const auto& worker : workers_) worker->ease();
  return Step::kTrim;
}

std::uint64_t MemoryWatch::explained() const {
  std::uint64_t requests = 0;
  for (const auto& listener : snapshot_->listeners()) {
    for (unsigned i = 0; i < workers_.size(); ++i) requests += listener->stats(i).active.get();
  }
  std::uint64_t cached = 0;
  for (const SharedZone& zone : snapshot_->zones())
    cached += zone.store->counts().bytes + zone.fills->bytes();
  return together_.admission->places.taken() * kPerConnection + requests * kPerRequest +
         together_.buffers->held.load(std::memory_order_relaxed) + cached;
}

}  // namespace weir::app
