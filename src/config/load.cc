#include "config/load.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "base/result.h"
#include "config/errors.h"
#include "config/sections.h"
#include "config/yaml_node.h"

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
      return "there is no such file; name the configuration with -c FILE";
    case EACCES:
    case EPERM:
      return "permission denied; the file must be readable by the user that starts weir";
    case ELOOP:
      return "too many symbolic links";
    default:
      return std::string("cannot be opened: ") + std::strerror(error);
  }
}

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

Loaded failed(const std::string& name, std::string_view message) {
  return {std::nullopt, fmt::format("{}: error: {}\n1 error\n", name, message)};
}

}  // namespace

Loaded load_file(const std::string& path) {
  auto text = read_regular_file(path);
  if (!text) return failed(path, text.error().text);
  return load_text(path, std::move(text.value()));
}

Loaded load_text(std::string name, std::string text) {
  if (text.size() > Source::kSizeMax)
    return failed(name, "this is larger than 4 MiB, which no configuration is");
  // A byte order mark says nothing in UTF-8, and would shift all places.
  if (text.starts_with("\xef\xbb\xbf")) text.erase(0, 3);
  Source source(std::move(name), std::move(text));
  Errors errors(source);
  Draft draft;
  if (auto root = read_yaml(errors)) {
    Scope scope(errors, "");
    read_file(scope, *root, draft);
  }
  if (!errors.empty()) return {std::nullopt, errors.render()};
  return {std::move(draft.config), ""};
}

}  // namespace weir::config
