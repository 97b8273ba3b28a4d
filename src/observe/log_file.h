#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "observe/error_log.h"
#include "observe/log_sink.h"
#include "observe/options.h"

namespace weir::observe {

// A file that whole lines are appended to, or one of the standard streams. One thread at a time.
class LogFile : public LogSink {
 public:
  // "stdout", "stderr", or a path; a file is made where there is none (0644, less the umask), and
  // given to `owner`; none: it stays this process's. Whose a file is that was there is not changed.
  static base::Result<std::unique_ptr<LogFile>> open(std::string_view path,
                                                     const std::optional<LogOwner>& owner = {});
  LogFile(const LogFile&) = delete;
  LogFile& operator=(const LogFile&) = delete;
  ~LogFile() override;

  // Waits while a pipe or terminal is full, but once `stopping` is set no longer than kStopWaitMs
  // in all.
  std::uint64_t write(std::string_view lines, const std::atomic<bool>& stopping,
                      ErrorLog& errors) override;
  // Opens the path anew, for log rotation; keeps the open file where that fails. Streams stay.
  base::Result<base::Done> reopen() override;

  static constexpr int kStopWaitMs = 1000;

 private:
  LogFile(int descriptor, std::string path);
  // Writes `bytes` as far as it goes; returns how many went, with the failure in `error` (0: none).
  std::size_t write_bytes(std::string_view bytes, const std::atomic<bool>& stopping, int& error);
  // Waits until a stream takes bytes; false when weir stops first.
  bool wait_writable(const std::atomic<bool>& stopping);

  int descriptor_;
  std::string path_;
  bool standard_;
  bool regular_ = false;  // write() is never held up by a reader
  bool torn_ = false;     // the last line was not written whole
  bool failing_ = false;
  int stop_wait_ms_ = kStopWaitMs;
};

}  // namespace weir::observe
