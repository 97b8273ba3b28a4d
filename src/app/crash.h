#pragma once

#include <array>
#include <string>

namespace weir::app {

// From here on a crash (SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT) of any thread writes to stderr
// what it was, in which thread, and where (offsets that addr2line takes), and then ends the process
// at once by that signal, as if nobody had caught it. Not with sanitizers, whose reports say more.
// Once, at start.
void report_crashes();

// What a thread needs so that its crash can be reported even where its stack has run out: another
// stack. Made and destroyed by the thread itself.
class CrashStack {
 public:
  // `name` is what the report calls the thread, and what ps and top show: 15 bytes of it.
  explicit CrashStack(const std::string& name);
  ~CrashStack();
  CrashStack(const CrashStack&) = delete;
  CrashStack& operator=(const CrashStack&) = delete;

 private:
  std::array<char, 64 * 1024> stack_;
};

}  // namespace weir::app
