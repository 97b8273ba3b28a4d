#pragma once

#include <string>
#include <string_view>

namespace weir::support {

// A new directory under /tmp, removed with all in it by the destructor. Its path is short enough
// for unix sockets in it.
class TempDir {
 public:
  TempDir();
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  // The path of `name` in it, whether there is one or not.
  [[nodiscard]] std::string path(std::string_view name) const;
  // Writes a file in it and returns its path.
  std::string write(std::string_view name, std::string_view text) const;

 private:
  std::string path_;
};

// A whole file. Throws where there is none.
std::string read_whole_file(const std::string& path);

}  // namespace weir::support
