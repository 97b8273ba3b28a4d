#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "config/load.h"
#include "support/sanitizers.h"

namespace weir::config {

namespace {

namespace fs = std::filesystem;

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::vector<fs::path> yaml_files(const std::string& folder) {
  std::vector<fs::path> files;
  fs::path top = fs::path(WEIR_SOURCE_DIR) / folder;
  if (!fs::is_directory(top)) return files;
  for (const auto& entry : fs::directory_iterator(top)) {
    if (entry.path().extension() == ".yaml") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

// While it lives the working directory is a folder of the sources.
struct Within {
  explicit Within(const std::string& folder) : before(fs::current_path()) {
    fs::current_path(fs::path(WEIR_SOURCE_DIR) / folder);
  }
  ~Within() { fs::current_path(before); }
  Within(const Within&) = delete;
  Within& operator=(const Within&) = delete;
  fs::path before;
};

}  // namespace

// tests/config/bad/NAME.yaml and NAME.expected. With WEIR_WRITE_EXPECTED set, what is said now
// becomes what is expected; read the diff.
TEST_CASE("each wrong file gets exactly the errors that stand beside it") {
  auto files = yaml_files("tests/config/bad");
  CHECK(files.size() >= 100);
  Within within("tests/config/bad");
  bool write = std::getenv("WEIR_WRITE_EXPECTED") != nullptr;
  for (const fs::path& path : files) {
    std::string name = path.filename().string();
    INFO(name);
    Loaded loaded = load_text(name, read(path));
    CHECK(!loaded.config);
    CHECK(!loaded.errors.empty());
    fs::path expected = fs::path(path).replace_extension(".expected");
    if (write) std::ofstream(expected, std::ios::binary) << loaded.errors;
    CHECK(loaded.errors == read(expected));
  }
}

TEST_CASE("each expectation has its file") {
  for (const auto& entry : fs::directory_iterator(fs::path(WEIR_SOURCE_DIR) / "tests/config/bad")) {
    if (entry.path().extension() != ".expected") continue;
    CHECK_MESSAGE(fs::exists(fs::path(entry.path()).replace_extension(".yaml")),
                  entry.path().string());
  }
}

TEST_CASE("a wrong file cut anywhere is an error or a configuration, never worse") {
  Within within("tests/config/bad");
  for (const fs::path& path : yaml_files("tests/config/bad")) {
    std::string text = read(path);
    if (text.size() > 1000) continue;
    for (std::size_t size = 0; size < text.size(); size += support::kSanitizedShare) {
      Loaded loaded = load_text("a.yaml", text.substr(0, size));
      CHECK(loaded.config.has_value() == loaded.errors.empty());
    }
  }
}

TEST_CASE("the files we ship and the good examples are good") {
  auto files = yaml_files("tests/config/good");
  CHECK(files.size() >= 4);
  for (const fs::path& path : yaml_files("conf")) files.push_back(path);
  for (const fs::path& path : files) {
    Loaded loaded = load_file(path.string());
    INFO(loaded.errors);
    CHECK_MESSAGE(loaded.config.has_value(), path.string());
  }
}

}  // namespace weir::config
