#include "net/port_owner.h"

#include <dirent.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <fstream>
#include <memory>
#include <sstream>
#include <string_view>
#include <vector>

namespace weir::net {

namespace {

constexpr std::string_view kListening = "0A";

// Inodes of the sockets that listen on the port.
std::vector<std::string> listening_inodes(std::uint16_t port) {
  std::vector<std::string> inodes;
  for (const char* table : {"/proc/net/tcp", "/proc/net/tcp6"}) {
    std::ifstream in(table);
    std::string line;
    std::getline(in, line);
    while (std::getline(in, line)) {
      std::istringstream words(line);
      std::string slot, local, remote, state, queues, timer, retransmits, uid, timeout, inode;
      words >> slot >> local >> remote >> state >> queues >> timer >> retransmits >> uid >>
          timeout >> inode;
      auto colon = local.rfind(':');
      if (state != kListening || colon == std::string::npos) continue;
      unsigned found = 0;
      std::from_chars(local.data() + colon + 1, local.data() + local.size(), found, 16);
      if (found == port) inodes.push_back("socket:[" + inode + "]");
    }
  }
  return inodes;
}

struct CloseDirectory {
  void operator()(DIR* directory) const { ::closedir(directory); }
};
using Directory = std::unique_ptr<DIR, CloseDirectory>;

bool holds(const std::string& fd_directory, const std::vector<std::string>& inodes) {
  Directory directory(::opendir(fd_directory.c_str()));
  if (directory == nullptr) return false;
  while (const dirent* entry = ::readdir(directory.get())) {
    std::array<char, 64> target{};
    auto length =
        ::readlink((fd_directory + "/" + entry->d_name).c_str(), target.data(), target.size());
    if (length <= 0) continue;
    std::string_view link(target.data(), static_cast<std::size_t>(length));
    for (const auto& inode : inodes) {
      if (link == inode) return true;
    }
  }
  return false;
}

}  // namespace

std::string describe_port_owner(std::uint16_t port) {
  auto inodes = listening_inodes(port);
  Directory processes(::opendir("/proc"));
  if (inodes.empty() || processes == nullptr) return {};
  while (const dirent* entry = ::readdir(processes.get())) {
    std::string pid = entry->d_name;
    if (pid.find_first_not_of("0123456789") != std::string::npos) continue;
    if (!holds("/proc/" + pid + "/fd", inodes)) continue;
    std::string name;
    std::ifstream comm("/proc/" + pid + "/comm");
    std::getline(comm, name);
    return "pid " + pid + (name.empty() ? "" : " (" + name + ")");
  }
  return {};
}

}  // namespace weir::net
