#include "app/user.h"

#include <grp.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace weir::app {

bool is_root() { return ::geteuid() == 0; }

// The user last: none but root may change groups. The C library does it in each thread, as POSIX
// has it; the kernel would in one.
base::Result<base::Done> become(const config::User& user) {
  if (::setgroups(0, nullptr) == 0 && ::setgid(user.gid) == 0 && ::setuid(user.uid) == 0) {
    return base::Done{};
  }
  return base::Error{"cannot become user '" + user.name + "' (user): " + std::strerror(errno) +
                     "; it takes CAP_SETUID and CAP_SETGID"};
}

}  // namespace weir::app
