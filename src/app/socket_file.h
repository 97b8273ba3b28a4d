#pragma once

#include <sys/types.h>

#include <ctime>
#include <string>

namespace weir::app {

// The path of a unix socket that this process has bound: removed when this goes, as nginx does, so
// that nobody finds a socket that refuses. Where another process has bound the path meanwhile (it
// may, from when we stopped to listen on it) the file is that one's, and stays. What the directory
// does not allow is told on standard error: who finds it there is refused, and the next start binds
// over it. One thread.
class SocketFile {
 public:
  // The socket was just bound to `path`.
  explicit SocketFile(std::string path);
  ~SocketFile();
  SocketFile(const SocketFile&) = delete;
  SocketFile& operator=(const SocketFile&) = delete;

 private:
  // What tells one file from another at the same path; an inode's number alone is soon used again.
  struct Identity {
    dev_t device = 0;
    ino_t inode = 0;
    timespec changed{};
  };
  [[nodiscard]] bool look(Identity& identity) const;

  std::string path_;
  Identity ours_;
  bool known_;
};

}  // namespace weir::app
