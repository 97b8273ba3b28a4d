#include <algorithm>
#include <stdexcept>

#include "system/workers/setup.h"

namespace weir::workers {

std::vector<std::size_t> watched_by_loop(pid_t pid) {
  std::string folder = "/proc/" + std::to_string(pid);
  std::vector<std::size_t> counts;
  for (const auto& entry : std::filesystem::directory_iterator(folder + "/fd")) {
    std::error_code error;
    if (std::filesystem::read_symlink(entry.path(), error) != "anon_inode:[eventpoll]") continue;
    std::istringstream in(
        support::read_whole_file(folder + "/fdinfo/" + entry.path().filename().string()));
    std::size_t count = 0;
    for (std::string line; std::getline(in, line);) count += line.starts_with("tfd:") ? 1 : 0;
    counts.push_back(count);
  }
  std::sort(counts.begin(), counts.end());
  return counts;
}

std::size_t proportional_memory(pid_t pid) {
  std::istringstream in(support::read_whole_file("/proc/" + std::to_string(pid) + "/smaps_rollup"));
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("Pss:")) return std::stoul(line.substr(4)) * 1024;
  }
  throw std::runtime_error("no Pss");
}

}  // namespace weir::workers
