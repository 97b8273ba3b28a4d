#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <random>
#include <string_view>

namespace weir::support {

// What a seeded test draws: for one seed the same on every machine.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : random_(seed) {}

  std::uint64_t next() { return random_(); }
  // A number below `bound`, which is not 0.
  std::size_t below(std::size_t bound) { return static_cast<std::size_t>(random_() % bound); }
  // True once in `of`.
  bool chance(std::size_t of) { return below(of) == 0; }

 private:
  std::mt19937_64 random_;
};

// Runs a seeded test over the seeds 1 to `fixed`, then over a fresh one, which is printed before it
// begins. A failure tells its seed. From the environment: WEIR_SIM_SEED=N has it run with that one
// alone; WEIR_SIM_SECONDS=N has it go on with fresh ones for so long. Returns how many ran.
std::size_t over_seeds(std::string_view name, std::uint64_t fixed,
                       const std::function<void(std::uint64_t seed)>& run);

}  // namespace weir::support
