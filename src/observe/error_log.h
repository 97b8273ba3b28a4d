#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string_view>

namespace weir::observe {

// How much a line of the error log matters (nginx: error_log's levels).
enum class Level : std::uint8_t { kInfo, kWarn, kError };

// The text of a level ("info", "warn", "error").
std::string_view text_of(Level level);

// What weir has to tell its operator, a line each: "2026/11/24 16:00:00 [warn] text". Each line is
// one write(2), so that lines of several threads and processes do not mix; a descriptor that takes
// none (a full pipe) loses the line rather than hold up a worker. Any thread.
class ErrorLog {
 public:
  // The longest line; what is longer is cut.
  static constexpr std::size_t kLineMax = 2048;

  // Writes to `descriptor`, which it does not own; lines below `least` are left out.
  explicit ErrorLog(int descriptor = 2, Level least = Level::kInfo);
  ErrorLog(const ErrorLog&) = delete;
  ErrorLog& operator=(const ErrorLog&) = delete;

  // Control bytes in `text` are escaped (\xXX): a line stays a line.
  void write(Level level, std::string_view text);
  [[nodiscard]] bool wants(Level level) const { return level >= least_; }
  // Lines that the descriptor did not take.
  [[nodiscard]] std::uint64_t dropped() const { return dropped_.load(std::memory_order_relaxed); }

 private:
  const int descriptor_;
  const Level least_;
  std::mutex mutex_;  // between asking for room and using it
  std::atomic<std::uint64_t> dropped_{0};
};

}  // namespace weir::observe
