#include "observe/log_file.h"

#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include "observe/append_file.h"

namespace weir::observe {
namespace {

// A pipe that poll() calls writable takes as much without blocking (pipe(7), PIPE_BUF).
constexpr std::size_t kStreamPiece = 4096;
constexpr int kPollMs = 100;

std::string cause(int error) { return std::generic_category().message(error); }

bool is_regular(int descriptor) {
  struct stat about {};
  return fstat(descriptor, &about) == 0 && S_ISREG(about.st_mode);
}

}  // namespace

LogFile::LogFile(int descriptor, std::string path)
    : descriptor_(descriptor),
      path_(std::move(path)),
      standard_(descriptor == STDOUT_FILENO || descriptor == STDERR_FILENO),
      regular_(is_regular(descriptor)) {}

LogFile::~LogFile() {
  if (!standard_) ::close(descriptor_);
}

base::Result<std::unique_ptr<LogFile>> LogFile::open(std::string_view path,
                                                     const std::optional<LogOwner>& owner) {
  std::string name(path);
  int descriptor = name == "stdout"   ? STDOUT_FILENO
                   : name == "stderr" ? STDERR_FILENO
                                      : open_append(name, owner).release();
  if (descriptor < 0) return base::Error{"cannot open the log '" + name + "': " + cause(errno)};
  struct Maker : LogFile {
    Maker(int the_descriptor, std::string the_path)
        : LogFile(the_descriptor, std::move(the_path)) {}
  };
  return std::unique_ptr<LogFile>(std::make_unique<Maker>(descriptor, std::move(name)));
}

base::Result<base::Done> LogFile::reopen() {
  if (standard_) return base::Done{};
  int descriptor = open_append(path_).release();
  if (descriptor < 0) {
    return base::Error{"cannot reopen the log '" + path_ + "': " + cause(errno) +
                       "; the open file is used on"};
  }
  ::close(std::exchange(descriptor_, descriptor));
  regular_ = is_regular(descriptor_);
  torn_ = false;
  return base::Done{};
}

std::uint64_t LogFile::write(std::string_view lines, const std::atomic<bool>& stopping,
                             ErrorLog& errors) {
  int error = 0;
  if (torn_ && write_bytes("\n", stopping, error) == 1) torn_ = false;
  std::size_t done = error == 0 ? write_bytes(lines, stopping, error) : 0;
  if (error == 0) {
    failing_ = false;
    return 0;
  }
  if (!std::exchange(failing_, true)) {
    errors.write_limited(Level::kError, "cannot write the log '" + path_ + "': " + cause(error) +
                                            "; its lines are dropped until it takes them again");
  }
  if (done > 0) torn_ = lines[done - 1] != '\n';
  auto rest = lines.substr(done);
  return static_cast<std::uint64_t>(std::count(rest.begin(), rest.end(), '\n'));
}

std::size_t LogFile::write_bytes(std::string_view bytes, const std::atomic<bool>& stopping,
                                 int& error) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    std::size_t piece = bytes.size() - done;
    if (!regular_) {
      piece = std::min(piece, kStreamPiece);
      if (!wait_writable(stopping)) {
        error = ETIMEDOUT;
        break;
      }
    }
    auto wrote = ::write(descriptor_, bytes.data() + done, piece);
    if (wrote > 0) {
      done += static_cast<std::size_t>(wrote);
    } else if (wrote == 0 || errno != EINTR) {
      error = wrote == 0 ? EIO : errno;
      break;
    }
  }
  return done;
}

bool LogFile::wait_writable(const std::atomic<bool>& stopping) {
  while (true) {
    pollfd want{descriptor_, POLLOUT, 0};
    // Whatever poll says but "not yet", write() explains.
    if (::poll(&want, 1, kPollMs) != 0) return true;
    if (!stopping) continue;
    stop_wait_ms_ -= kPollMs;
    if (stop_wait_ms_ <= 0) return false;
  }
}

}  // namespace weir::observe
