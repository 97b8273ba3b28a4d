#pragma once

#include <sys/types.h>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "support/patience.h"

namespace weir::support {

// A child process whose standard output and error are collected by a thread, so that it never waits
// for the test to read. It is killed with the thread that made it at the latest, so make it on the
// main thread. All calls throw when what they wait for does not come.
class Process {
 public:
  // Runs arguments[0], found in PATH, with the rest as arguments; `environment` ("NAME=value") is
  // added to this process's. Standard input is /dev/null.
  explicit Process(std::vector<std::string> arguments,
                   const std::vector<std::string>& environment = {});
  // Kills it where it still runs, and waits for its end.
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  [[nodiscard]] pid_t pid() const { return pid_; }
  // What it wrote so far; all of it behind wait().
  [[nodiscard]] std::string out() const;
  [[nodiscard]] std::string err() const;
  // Waits for a whole line on standard error that contains `part`, behind the line that the last
  // call returned; the error told when it ends or time is up shows all it wrote there.
  std::string wait_err_line(std::string_view part, Milliseconds patience = kPatience);
  // The same on standard output.
  std::string wait_out_line(std::string_view part, Milliseconds patience = kPatience);

  void signal(int number);
  [[nodiscard]] bool running();
  // Waits for its end; its exit status, or 128 and the number of the signal that ended it.
  int wait(Milliseconds patience = kPatience);

  // Resident memory now and at its highest, in bytes (VmRSS, VmHWM).
  [[nodiscard]] std::uint64_t rss() const;
  [[nodiscard]] std::uint64_t peak_rss() const;
  // The same now, without pages of files, of which the kernel maps many at once (RssAnon).
  [[nodiscard]] std::uint64_t anonymous_rss() const;
  // Processor time used so far, user and system, to 10 ms.
  [[nodiscard]] Milliseconds cpu_time() const;
  // How many descriptors it has open.
  [[nodiscard]] std::size_t open_descriptors() const;

 private:
  // A pipe's text, and how far wait_*_line() has looked.
  struct Stream {
    int descriptor = -1;
    std::string text;
    std::size_t seen = 0;
    bool ended = false;
  };
  void collect();
  void read_from(Stream& stream);
  std::string wait_line(Stream& stream, std::string_view part, Milliseconds patience);
  bool reap(Milliseconds patience);

  pid_t pid_ = -1;
  std::string name_;
  int pid_descriptor_ = -1;
  int status_ = 0;
  bool reaped_ = false;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  Stream out_;
  Stream err_;
  std::thread collector_;
};

}  // namespace weir::support
