#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "observe/error_log.h"
#include "observe/options.h"

namespace weir::observe {

// Where the lines of a log go. One thread at a time.
class LogSink {
 public:
  // "stdout", "stderr", "syslog:HOST:PORT", or the path of a file; `owner` as LogFile::open.
  static base::Result<std::unique_ptr<LogSink>> open(std::string_view path,
                                                     const std::optional<LogOwner>& owner = {});
  virtual ~LogSink() = default;

  // Writes whole lines, and may block for it, but not for long once `stopping` is set. What cannot
  // be written is left out; returns how many lines that were. `errors` is told when writing begins
  // to fail.
  virtual std::uint64_t write(std::string_view lines, const std::atomic<bool>& stopping,
                              ErrorLog& errors) = 0;
  // Opens it anew; goes on as before where that fails.
  virtual base::Result<base::Done> reopen() = 0;
};

}  // namespace weir::observe
