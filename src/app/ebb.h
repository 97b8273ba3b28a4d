#pragma once

#include <cstdint>
#include <optional>

namespace weir::app {

// Tells when a burst has left memory behind that is worth giving back, by comparing what is
// resident with what clients explain. Plain value; no clock, no process.
class Ebb {
 public:
  // Less than this is not worth it, nor is less than a quarter of all.
  static constexpr std::uint64_t kLeast = std::uint64_t{2} << 20;

  // Looks from time to time: `resident` bytes of the process, `explained` those of them that
  // clients make it hold now, roughly. True where two looks, one behind the other, found that more
  // is left over than there was: at its least since settle().
  bool look(std::uint64_t resident, std::uint64_t explained);
  // What is resident beside what is explained is as it should be, from the next look on.
  void settle() { least_.reset(); }

 private:
  std::optional<std::int64_t> least_;  // resident beside what is explained
  bool before_ = false;                // the last look found more
};

}  // namespace weir::app
