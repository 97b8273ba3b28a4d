#include "observe/error_log.h"

#include <poll.h>
#include <unistd.h>

#include "observe/log_text.h"
#include "observe/log_time.h"

namespace weir::observe {
namespace {

// Quotes and bytes above 0x7e are readable in a message; what moves a terminal is not.
void put_line(LogText& line, std::string_view text) {
  while (!text.empty()) {
    std::size_t run = 0;
    while (run < text.size() && static_cast<unsigned char>(text[run]) >= 0x20 && text[run] != 0x7f)
      ++run;
    line.raw(text.substr(0, run));
    if (run == text.size()) return;
    line.escaped(text.substr(run, 1));
    text.remove_prefix(run + 1);
  }
}

}  // namespace

std::string_view text_of(Level level) {
  switch (level) {
    case Level::kInfo:
      return "info";
    case Level::kWarn:
      return "warn";
    case Level::kError:
      return "error";
  }
  return "error";
}

ErrorLog::ErrorLog(int descriptor, Level least) : descriptor_(descriptor), least_(least) {}

void ErrorLog::write(Level level, std::string_view text) {
  if (!wants(level)) return;
  char memory[kLineMax];
  LogText line(memory, kLineMax - 1);
  put_time(line);
  line.raw(" [").raw(text_of(level)).raw("] ");
  put_line(line, text);
  std::size_t size = line.size();
  memory[size++] = '\n';

  // A pipe with room takes PIPE_BUF bytes at once and whole; the lock keeps the room ours.
  std::lock_guard lock(mutex_);
  pollfd want{descriptor_, POLLOUT, 0};
  if (::poll(&want, 1, 0) <= 0 || ::write(descriptor_, memory, size) < 0) {
    dropped_.fetch_add(1, std::memory_order_relaxed);
  }
}

}  // namespace weir::observe
