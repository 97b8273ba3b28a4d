#include "app/socket_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

namespace weir::app {

SocketFile::SocketFile(std::string path) : path_(std::move(path)), known_(look(ours_)) {}

SocketFile::~SocketFile() {
  Identity now;
  if (!known_ || !look(now)) return;
  bool same = now.device == ours_.device && now.inode == ours_.inode &&
              now.changed.tv_sec == ours_.changed.tv_sec &&
              now.changed.tv_nsec == ours_.changed.tv_nsec;
  if (!same || ::unlink(path_.c_str()) == 0) return;
  std::fprintf(stderr, "weir: cannot remove %s: %s\n", path_.c_str(), std::strerror(errno));
}

bool SocketFile::look(Identity& identity) const {
  struct stat info {};
  if (::lstat(path_.c_str(), &info) != 0 || !S_ISSOCK(info.st_mode)) return false;
  identity = {info.st_dev, info.st_ino, info.st_ctim};
  return true;
}

}  // namespace weir::app
