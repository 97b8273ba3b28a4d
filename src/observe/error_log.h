#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "net/descriptor.h"
#include "observe/options.h"
#include "observe/repeats.h"

namespace weir::observe {

// The text of a level ("info", "warn", "error").
std::string_view text_of(Level level);

// What weir has to tell its operator, a line each: "2026/11/24 16:00:00 [warn] text". Each line is
// one write(2), so that lines of several threads and processes do not mix; a descriptor that takes
// none (a full pipe) loses the line rather than hold up a worker. Any thread.
class ErrorLog {
 public:
  // The longest line; what is longer is cut.
  static constexpr std::size_t kLineMax = 2048;

  // Writes to `descriptor`, which it does not own, until it is configured; lines below `least` are
  // left out.
  explicit ErrorLog(int descriptor = 2, Level least = Level::kInfo);
  // Tells what was held back.
  ~ErrorLog();
  ErrorLog(const ErrorLog&) = delete;
  ErrorLog& operator=(const ErrorLog&) = delete;

  // What the options' path names, opened; none for "stderr". `owner` as open_append().
  static base::Result<net::Descriptor> open(const ErrorLogOptions& options,
                                            const std::optional<LogOwner>& owner = {});
  // Goes on by these options, whose path was opened so.
  void configure(const ErrorLogOptions& options, net::Descriptor file,
                 const std::optional<LogOwner>& owner = {});
  // Opens the file anew, for log rotation; goes on with the open one where that fails, and says so.
  void reopen();

  // Control bytes in `text` are escaped (\xXX): a line stays a line.
  void write(Level level, std::string_view text);
  // The same, for what may come again and again: of one text there are at most
  // Repeats::kWrittenMax lines in Repeats::kWindow. How often it came besides is told as
  // "TEXT ... repeated N times", by tell_repeats() or a later line.
  void write_limited(Level level, std::string_view text);
  // To be called every Repeats::kWindow or so.
  void tell_repeats();

  [[nodiscard]] bool wants(Level level) const {
    return level >= least_.load(std::memory_order_relaxed);
  }
  // Lines that the descriptor did not take.
  [[nodiscard]] std::uint64_t dropped() const { return dropped_.load(std::memory_order_relaxed); }

 private:
  // Under mutex_.
  void put(Level level, std::string_view text);
  void put_repeated(Level level, std::string_view text, std::uint64_t count);

  std::atomic<Level> least_;
  std::atomic<std::uint64_t> dropped_{0};
  std::mutex mutex_;
  // Under mutex_:
  std::string path_;      // empty: it has no file
  net::Descriptor file_;  // none: the descriptor is not its own
  std::optional<LogOwner> owner_;
  int descriptor_;
  Repeats repeats_;
};

}  // namespace weir::observe
