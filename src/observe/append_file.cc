#include "observe/append_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

namespace weir::observe {
namespace {

// Non-blocking, so that a FIFO without a reader is an error and not a start that hangs.
constexpr int kAppend = O_WRONLY | O_APPEND | O_CLOEXEC | O_NONBLOCK;

// Only what it makes is given away: in a directory of the owner's, what is there may be a link to
// somebody else's file.
int open_for(const std::string& path, const LogOwner& owner) {
  int made = ::open(path.c_str(), kAppend | O_CREAT | O_EXCL, 0644);
  if (made < 0) return errno == EEXIST ? ::open(path.c_str(), kAppend) : made;
  if (::fchown(made, owner.user, owner.group) == 0) return made;
  int error = errno;
  ::close(made);
  errno = error;
  return -1;
}

}  // namespace

net::Descriptor open_append(const std::string& path, const std::optional<LogOwner>& owner) {
  return net::Descriptor(owner ? open_for(path, *owner)
                               : ::open(path.c_str(), kAppend | O_CREAT, 0644));
}

}  // namespace weir::observe
