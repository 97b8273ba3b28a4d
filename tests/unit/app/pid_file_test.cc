#include "app/pid_file.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <string>

#include "support/temp_dir.h"

namespace weir::app {

namespace {

std::string own_pid() { return std::to_string(::getpid()) + "\n"; }

}  // namespace

TEST_CASE("a pid file is there while its owner is, in place of an older one") {
  support::TempDir dir;
  observe::ErrorLog errors;
  std::string path = dir.write("weir.pid", "4711471147114711\n");
  {
    auto file = PidFile::write(path, errors);
    REQUIRE(file.ok());
    CHECK(support::read_whole_file(path) == own_pid());
  }
  CHECK(!std::filesystem::exists(path));
}

TEST_CASE("a pid file that somebody has removed is nothing to tell of") {
  support::TempDir dir;
  std::string told = dir.path("told");
  std::FILE* out = std::fopen(told.c_str(), "w");
  REQUIRE(out != nullptr);
  observe::ErrorLog errors(::fileno(out));
  {
    auto file = PidFile::write(dir.path("weir.pid"), errors);
    REQUIRE(file.ok());
    std::filesystem::remove(dir.path("weir.pid"));
  }
  std::fclose(out);
  CHECK(support::read_whole_file(told).empty());
}

TEST_CASE("a pid file that cannot be removed is emptied, and that is told") {
  support::TempDir dir;
  std::string told = dir.write("told", "");
  std::FILE* out = std::fopen(told.c_str(), "w");
  REQUIRE(out != nullptr);
  observe::ErrorLog errors(::fileno(out));
  std::string path = dir.path("weir.pid");
  {
    auto file = PidFile::write(path, errors);
    REQUIRE(file.ok());
    // What not even root can unlink.
    std::filesystem::rename(path, dir.path("moved"));
    std::filesystem::create_directory(path);
  }
  std::fclose(out);
  CHECK(support::read_whole_file(told).find("[warn] cannot remove pid_file " + path) !=
        std::string::npos);
  CHECK(std::filesystem::file_size(dir.path("moved")) == 0);
}

TEST_CASE("a link is not followed, and what cannot be written is told") {
  support::TempDir dir;
  observe::ErrorLog errors;
  std::string other = dir.write("other", "precious\n");
  std::filesystem::create_symlink(other, dir.path("weir.pid"));
  for (const auto& path : {dir.path("weir.pid"), dir.path("no/weir.pid")}) {
    auto file = PidFile::write(path, errors);
    REQUIRE(!file.ok());
    CHECK(file.error().text.starts_with("cannot write pid_file " + path + ": "));
  }
  CHECK(support::read_whole_file(other) == "precious\n");
}

}  // namespace weir::app
