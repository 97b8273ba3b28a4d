#include "observe/error_log.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "observe/append_file.h"
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

std::string cause(int error) { return std::generic_category().message(error); }

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

ErrorLog::ErrorLog(int descriptor, Level least) : least_(least), descriptor_(descriptor) {}

ErrorLog::~ErrorLog() {
  repeats_.settle_until(base::kNever, [this](Level level, std::string_view text, std::uint64_t n) {
    put_repeated(level, text, n);
  });
}

base::Result<net::Descriptor> ErrorLog::open(const ErrorLogOptions& options,
                                             const std::optional<LogOwner>& owner) {
  if (options.path == "stderr") return net::Descriptor();
  auto file = open_append(options.path, owner);
  if (file) return file;
  return base::Error{"cannot open the error log '" + options.path + "': " + cause(errno)};
}

void ErrorLog::configure(const ErrorLogOptions& options, net::Descriptor file,
                         const std::optional<LogOwner>& owner) {
  least_.store(options.level, std::memory_order_relaxed);
  std::lock_guard lock(mutex_);
  path_ = file ? options.path : std::string();
  descriptor_ = file ? file.get() : STDERR_FILENO;
  file_ = std::move(file);
  owner_ = owner;
}

void ErrorLog::reopen() {
  std::lock_guard lock(mutex_);
  if (path_.empty()) return;
  auto file = open_append(path_, owner_);
  if (!file) {
    return put(Level::kError, "cannot reopen the error log '" + path_ + "': " + cause(errno) +
                                  "; the open file is used on");
  }
  descriptor_ = file.get();
  file_ = std::move(file);
}

void ErrorLog::write(Level level, std::string_view text) {
  if (!wants(level)) return;
  std::lock_guard lock(mutex_);
  put(level, text);
}

void ErrorLog::write_limited(Level level, std::string_view text) {
  if (!wants(level)) return;
  std::lock_guard lock(mutex_);
  bool wanted = repeats_.take(level, text, base::read_clock(),
                              [this](Level of, std::string_view other, std::uint64_t count) {
                                put_repeated(of, other, count);
                              });
  if (wanted) put(level, text);
}

void ErrorLog::tell_repeats() {
  std::lock_guard lock(mutex_);
  repeats_.settle_until(base::read_clock(),
                        [this](Level level, std::string_view text, std::uint64_t count) {
                          put_repeated(level, text, count);
                        });
}

void ErrorLog::put_repeated(Level level, std::string_view text, std::uint64_t count) {
  put(level, std::string(text) + " ... repeated " + std::to_string(count) + " times");
}

// A pipe with room takes PIPE_BUF bytes at once and whole; the lock keeps the room ours.
void ErrorLog::put(Level level, std::string_view text) {
  char memory[kLineMax];
  LogText line(memory, kLineMax - 1);
  put_time(line);
  line.raw(" [").raw(text_of(level)).raw("] ");
  put_line(line, text);
  std::size_t size = line.size();
  memory[size++] = '\n';
  pollfd want{descriptor_, POLLOUT, 0};
  if (::poll(&want, 1, 0) <= 0 || ::write(descriptor_, memory, size) < 0) {
    dropped_.fetch_add(1, std::memory_order_relaxed);
  }
}

}  // namespace weir::observe
