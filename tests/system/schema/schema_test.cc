#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "support/process.h"
#include "support/product.h"
#include "support/temp_dir.h"

// The schema that weir prints, against a validator that knows nothing of weir.
namespace weir::schema {

namespace {

namespace fs = std::filesystem;

using support::Process;
using support::TempDir;

const std::string kTop = WEIR_SOURCE_DIR "/";

std::string schema_text() {
  Process weir({support::product_path("weir"), "schema"});
  CHECK(weir.wait() == 0);
  return weir.out();
}

// Files of the repository that end so, but those below `except`; relative paths.
std::vector<std::string> files(const std::string& folder, const std::string& end,
                               const std::string& except = "") {
  std::vector<std::string> found;
  for (const auto& entry : fs::recursive_directory_iterator(kTop + folder)) {
    std::string path = fs::relative(entry.path(), kTop).string();
    bool left_out = !except.empty() && path.starts_with(except);
    if (entry.is_regular_file() && path.ends_with(end) && !left_out) found.push_back(path);
  }
  std::sort(found.begin(), found.end());
  return found;
}

// What the validator says of each file: the line without its name.
using Verdicts = std::map<std::string, std::string>;
Verdicts validate(const std::vector<std::string>& paths) {
  TempDir dir;
  // Debian's own, which has its packages.
  std::vector<std::string> arguments = {"/usr/bin/python3",
                                        kTop + "tests/system/schema/validate.py",
                                        dir.write("schema.json", schema_text())};
  for (const std::string& path : paths)
    arguments.push_back(path.starts_with('/') ? path : kTop + path);
  Process python(arguments);
  CHECK_MESSAGE(python.wait(std::chrono::minutes(2)) == 0, python.err());
  Verdicts verdicts;
  std::istringstream lines(python.out());
  for (std::string line; std::getline(lines, line);) {
    std::size_t at = line.find('/');
    std::size_t end = std::min(line.find(": "), line.size());
    std::string path = line.substr(at, end - at);
    if (path.starts_with(kTop)) path.erase(0, kTop.size());
    verdicts[path] = line.substr(0, at) + line.substr(end);
  }
  return verdicts;
}

// unseen.txt: names of wrong files that no schema can find wrong.
std::vector<std::string> unseen() {
  std::vector<std::string> names;
  std::ifstream in(kTop + "tests/system/schema/unseen.txt");
  for (std::string line; std::getline(in, line);) {
    if (!line.empty() && line[0] != '#') names.push_back(line.substr(0, line.find(':')));
  }
  return names;
}

}  // namespace

TEST_CASE("every right file of the repository is valid, and every block in its documents") {
  std::vector<std::string> paths = {"README.md"};
  // Those of bench are templates that its scripts fill in.
  for (const char* folder : {"conf", "tests/config"}) {
    for (auto& path : files(folder, ".yaml", "tests/config/bad")) paths.push_back(path);
  }
  for (auto& path : files("docs", ".md")) paths.push_back(path);
  Verdicts verdicts = validate(paths);
  CHECK(verdicts.size() >= 13);
  CHECK(verdicts.count("README.md#1") == 1);
  CHECK(verdicts.count("conf/demo.yaml") == 1);
  for (const auto& verdict : verdicts) {
    INFO(verdict.first);
    CHECK(verdict.second == "valid ");
  }
}

TEST_CASE("a configuration that check --print wrote is valid") {
  TempDir dir;
  std::vector<std::string> paths;
  for (const std::string& path : files("tests/config/good", ".yaml", "tests/config/good/conf.d")) {
    Process weir({support::product_path("weir"), "check", "--print", "-c", kTop + path});
    CHECK(weir.wait() == 0);
    paths.push_back(dir.write("p" + std::to_string(paths.size()) + ".yaml", weir.out()));
  }
  CHECK(paths.size() >= 5);
  for (const auto& verdict : validate(paths)) {
    INFO(verdict.first);
    CHECK(verdict.second == "valid ");
  }
}

TEST_CASE("a wrong file is invalid, unless unseen.txt says why no schema can see it") {
  auto hidden = unseen();
  std::vector<std::string> used;
  Verdicts verdicts = validate(files("tests/config/bad", ".yaml", "tests/config/bad/parts"));
  CHECK(verdicts.size() >= 120);
  std::size_t invalid = 0;
  for (const auto& entry : verdicts) {
    std::string name = fs::path(entry.first).stem().string();
    const std::string& verdict = entry.second;
    bool is_hidden = std::find(hidden.begin(), hidden.end(), name) != hidden.end();
    if (is_hidden) used.push_back(name);
    if (verdict != "valid ") ++invalid;
    INFO(name, ": ", verdict,
         "; where no schema can see it, a line in tests/system/schema/unseen.txt");
    CHECK((verdict == "valid ") == is_hidden);
  }
  CHECK(invalid >= 70);
  CHECK(used.size() == hidden.size());
}

}  // namespace weir::schema
