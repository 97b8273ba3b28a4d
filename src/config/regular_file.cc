#include "config/regular_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "config/source.h"

namespace weir::config {

namespace {

// Closes its descriptor.
class File {
 public:
  explicit File(int descriptor) : descriptor_(descriptor) {}
  ~File() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  [[nodiscard]] int get() const { return descriptor_; }

 private:
  int descriptor_;
};

std::string open_error(int error) {
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return std::string(kNoSuchFile);
    case EACCES:
    case EPERM:
      return "permission denied; the file must be readable by the user that starts weir";
    case ELOOP:
      return "too many symbolic links";
    default:
      return std::string("cannot be opened: ") + std::strerror(error);
  }
}

}  // namespace

base::Result<std::string> read_regular_file(const std::string& path) {
  // O_NONBLOCK: opening a pipe must not wait for a writer.
  File file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  // A socket cannot be opened at all.
  struct stat status {};
  if (file.get() < 0) {
    int error = errno;
    if (stat(path.c_str(), &status) == 0 && S_ISSOCK(status.st_mode))
      return base::Error{"this is a socket, not a regular file"};
    return base::Error{open_error(error)};
  }
  if (fstat(file.get(), &status) != 0) return base::Error{open_error(errno)};
  if (S_ISDIR(status.st_mode)) return base::Error{"this is a directory; name a file in it"};
  if (!S_ISREG(status.st_mode)) return base::Error{"this is not a regular file (a pipe or device)"};
  std::string text;
  for (;;) {
    char buffer[64 * 1024];
    ssize_t size = read(file.get(), buffer, sizeof(buffer));
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return base::Error{std::string("cannot be read: ") + std::strerror(errno)};
    if (size == 0) return text;
    text.append(buffer, static_cast<std::size_t>(size));
    if (text.size() > Source::kSizeMax)
      return base::Error{"this is larger than 4 MiB, which no configuration is"};
  }
}

FileId file_id(const std::string& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) return {};
  return {status.st_dev, status.st_ino};
}

}  // namespace weir::config
