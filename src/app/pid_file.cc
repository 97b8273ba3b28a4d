#include "app/pid_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace weir::app {

PidFile::PidFile(std::string path, net::Descriptor file, observe::ErrorLog& errors)
    : path_(std::move(path)), file_(std::move(file)), errors_(errors) {}

base::Result<std::unique_ptr<PidFile>> PidFile::write(const std::string& path,
                                                      observe::ErrorLog& errors) {
  constexpr int kFlags = O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
  net::Descriptor file(::open(path.c_str(), kFlags, 0644));
  std::string text = std::to_string(::getpid()) + "\n";
  if (!file || ::write(file.get(), text.data(), text.size()) < 0) {
    return base::Error{"cannot write pid_file " + path + ": " + std::strerror(errno)};
  }
  return std::unique_ptr<PidFile>(new PidFile(path, std::move(file), errors));
}

PidFile::~PidFile() {
  if (::unlink(path_.c_str()) == 0 || errno == ENOENT) return;
  int error = errno;
  bool emptied = ::ftruncate(file_.get(), 0) == 0;
  errors_.write(observe::Level::kWarn, "cannot remove pid_file " + path_ + ": " +
                                           std::strerror(error) +
                                           (emptied ? "; it is empty now" : ""));
}

}  // namespace weir::app
