#include <pwd.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "system/user/setup.h"

namespace weir::user {

namespace {

const passwd& nobody() {
  const passwd* user = ::getpwnam("nobody");
  REQUIRE(user != nullptr);
  return *user;
}

std::string field_of(const std::filesystem::path& status, const std::string& field) {
  std::ifstream in(status);
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with(field + ":\t")) return line.substr(field.size() + 2);
  }
  return "none";
}

}  // namespace

std::vector<std::string> of_threads(pid_t pid, const std::string& field) {
  std::vector<std::string> found;
  std::string tasks = "/proc/" + std::to_string(pid) + "/task";
  for (const auto& task : std::filesystem::directory_iterator(tasks))
    found.push_back(field_of(task.path() / "status", field));
  return found;
}

std::string nobody_uid() { return std::to_string(nobody().pw_uid); }
std::string nobody_gid() { return std::to_string(nobody().pw_gid); }

void give_to_nobody(const std::string& path) {
  REQUIRE(::chown(path.c_str(), nobody().pw_uid, nobody().pw_gid) == 0);
}

std::string owner_of(const std::string& path) {
  struct stat info {};
  REQUIRE(::lstat(path.c_str(), &info) == 0);
  return std::to_string(info.st_uid);
}

void open_to_all(const std::string& path) { REQUIRE(::chmod(path.c_str(), 0755) == 0); }

}  // namespace weir::user
