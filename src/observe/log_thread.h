#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <thread>
#include <vector>

#include "base/counter.h"
#include "base/result.h"
#include "observe/error_log.h"
#include "observe/log_sink.h"

namespace weir::observe {

// Lines on their way to a log. Belongs to whoever holds it: a worker while it fills, the log
// thread while it writes.
struct LogBuffer {
  explicit LogBuffer(std::size_t size) : memory(std::make_unique<char[]>(size)), capacity(size) {}

  std::unique_ptr<char[]> memory;
  std::size_t capacity;
  std::size_t used = 0;
};

// The one thread that blocks in write(). Workers fill buffers from a bounded set and hand them
// over; none free means that the writer of the line drops it and counts. Any thread but where
// noted.
class LogThread {
 public:
  static constexpr std::size_t kCapacityMin = 4096;

  // At most `buffers` of `capacity` bytes (kCapacityMin at least), made when first used. `errors`
  // outlives it and is told what could not be opened or written.
  LogThread(std::size_t buffers, std::size_t capacity, ErrorLog& errors);
  // Stops.
  ~LogThread();
  LogThread(const LogThread&) = delete;
  LogThread& operator=(const LogThread&) = delete;

  // Opens a log, as LogSink::open, and says by which number buffers are handed to it. Only before
  // start().
  base::Result<std::size_t> open(std::string_view path, const std::optional<LogOwner>& owner = {});
  // Starts the thread; it takes no signals.
  void start();

  // An empty buffer, or null when all are in use.
  std::unique_ptr<LogBuffer> take();
  // Hands over a buffer with whole lines (or an empty one), to be written to the log and freed.
  void give(std::size_t log, std::unique_ptr<LogBuffer> buffer);
  // Opens all logs anew, behind what was handed over before.
  void reopen();
  // Writes what was handed over and ends the thread. Idempotent. Nothing is written that is given
  // later.
  void stop();

  // Bytes of a buffer.
  [[nodiscard]] std::size_t capacity() const { return capacity_; }
  // Lines that could not be written.
  [[nodiscard]] const base::Counter& dropped() const { return dropped_; }

 private:
  struct Handed {
    std::size_t log = 0;
    std::unique_ptr<LogBuffer> buffer;
  };
  void run();
  void write_all(std::vector<Handed>& handed);

  const std::size_t capacity_;
  ErrorLog& errors_;
  std::vector<std::unique_ptr<LogSink>> logs_;  // unchanged once the thread runs
  std::thread thread_;
  std::atomic<bool> stopping_{false};
  base::Counter dropped_;  // written by the log thread

  std::mutex mutex_;
  std::condition_variable wake_;
  // Under mutex_:
  std::vector<std::unique_ptr<LogBuffer>> free_;
  std::vector<Handed> handed_;
  std::size_t unmade_;
  bool reopen_ = false;
};

}  // namespace weir::observe
