#include "config/print.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "config/load.h"
#include "unit/config/folder.h"

namespace weir::config {

namespace {

namespace fs = std::filesystem;

// The lines of a printed configuration without what stands behind the values.
std::string without_origins(const std::string& text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = text.find('\n', at);
    std::string line = text.substr(at, end - at);
    at = end + 1;
    if (line[std::min(line.find_first_not_of(' '), line.size())] == '#') continue;
    std::size_t origin = line.rfind("  # ");
    if (origin != std::string::npos && line.find('"', origin) == std::string::npos)
      line.resize(line.find_last_not_of(' ', origin) + 1);
    out += line + '\n';
  }
  return out;
}

std::string printed(const std::string& text) {
  std::string out;
  Loaded loaded = load_text("/etc/weir/weir.yaml", text, &out);
  INFO(loaded.errors);
  REQUIRE(loaded.config);
  return out;
}

bool has(const std::string& text, const std::string& line) {
  return text.find(line + "\n") != std::string::npos;
}

std::vector<std::string> right_files() {
  std::vector<std::string> files;
  for (const char* folder : {"tests/config/good", "conf"}) {
    for (const auto& entry : fs::directory_iterator(fs::path(WEIR_SOURCE_DIR) / folder)) {
      if (entry.path().extension() == ".yaml") files.push_back(entry.path().string());
    }
  }
  return files;
}

// A printed configuration, put elsewhere, means what was printed, and is printed as it is.
void check_round_trip(const Config& config, const std::string& text) {
  std::string again;
  Loaded loaded = load_text("/elsewhere/all.yaml", text, &again);
  INFO(text);
  INFO(loaded.errors);
  REQUIRE(loaded.config);
  CHECK(*loaded.config == config);
  CHECK(without_origins(again) == without_origins(text));
}

}  // namespace

TEST_CASE("every right file, printed, means the same") {
  auto files = right_files();
  CHECK(files.size() >= 7);
  for (const std::string& file : files) {
    INFO(file);
    std::string text;
    Loaded loaded = load_file(file, &text);
    INFO(loaded.errors);
    REQUIRE(loaded.config);
    check_round_trip(*loaded.config, text);
  }
}

TEST_CASE("short forms are written out, and each value says where it comes from") {
  REQUIRE(setenv("WEIR_TEST_PORT", "9002", 1) == 0);
  std::string text = printed(
      "listen: 8080\n"
      "upstreams:\n"
      "  app: [\"127.0.0.1:9001\", \"127.0.0.1:${WEIR_TEST_PORT}\"]\n"
      "  web: {endpoints: \"${WEIR_TEST_NONE:-h:1}\", retry: {on: 503}}\n"
      "routes: {path: /, upstream: app}\n"
      "admin: 9900\n"
      "pid_file: run/weir.pid\n");
  unsetenv("WEIR_TEST_PORT");
  INFO(text);
  CHECK(text.starts_with("# /etc/weir/weir.yaml, with all defaults; "));
  for (const char* line :
       {"workers: auto                               # default",
        "pid_file: /etc/weir/run/weir.pid            # /etc/weir/weir.yaml:7",
        "listen:\n  - address: 8080                           # /etc/weir/weir.yaml:1\n"
        "    connections: 0                          # default",
        "  app:\n    endpoints:\n"
        "      - address: \"127.0.0.1:9001\"           # /etc/weir/weir.yaml:3\n"
        "        weight: 1                           # default",
        "      - address: \"127.0.0.1:9002\"           # /etc/weir/weir.yaml:3, environment "
        "WEIR_TEST_PORT",
        "      - address: \"h:1\"                      # /etc/weir/weir.yaml:4, default of "
        "WEIR_TEST_NONE",
        "      on: [503]                             # /etc/weir/weir.yaml:4",
        "  - name: /                                 # made by weir",
        "admin:\n  listen: 9900                              # /etc/weir/weir.yaml:6",
        "access_log:\n  path: stdout                              # default",
        "  client_header: 10s                        # default"}) {
    CHECK_MESSAGE(has(text, line), line);
  }
  CHECK(text.find("    # not written: health_check") != std::string::npos);
  CHECK(text.find("include") == std::string::npos);
}

TEST_CASE("the route of a file without routes is shown") {
  std::string text = printed("listen: 80\nupstreams: {app: \"h:1\"}\naccess_log: off\n");
  INFO(text);
  CHECK(has(text, "  - name: default                           # made by weir"));
  CHECK(has(text, "    upstream: app                           # made by weir"));
  CHECK(has(text, "access_log: off                             # /etc/weir/weir.yaml:3"));
}

TEST_CASE("values of included files name their file, and lists of several files each entry's") {
  Folder folder;
  folder.write("weir.yaml",
               "include: d/*.yaml\nlisten: 80\n"
               "upstreams: {app: {endpoints: \"h:1\", retry: {on: [connect]}}}\n");
  folder.write("d/a.yaml", "upstreams: {app: {retry: {on: 503, attempts: 3}}}\npid_file: a.pid\n");
  std::string text;
  Loaded loaded = load_file(folder.file("weir.yaml"), &text);
  INFO(loaded.errors);
  INFO(text);
  REQUIRE(loaded.config);
  CHECK(has(text, "# included: " + folder.file("d/a.yaml")));
  CHECK(text.find("# " + folder.file("d/a.yaml") + ":1\n") != std::string::npos);
  CHECK(text.find("        - connect ") != std::string::npos);
  CHECK(text.find("        - 503 ") != std::string::npos);
  CHECK(text.find("pid_file: " + folder.file("d/a.pid")) != std::string::npos);
  check_round_trip(*loaded.config, text);
}

TEST_CASE("any text is written so that it is read as the same") {
  const std::string nasty[] = {"",       " ",        "null",  "~",         "- a",   "a: b",
                               "a #b",   "${HOME}",  "$${x}", "$$${x}",    "$host", "\"q\" 'q'",
                               "back\\", "line\nb",  "\t",    "\x01\x7f",  "größe", "on",
                               "0x1f",   "[a, {b}]", "%a",    "@`!&*|>?:", "-",     "..."};
  for (const std::string& value : nasty) {
    std::string text = "listen: 80\nroutes: {respond: {body: \"";
    for (char c : value) {
      constexpr char kDigits[] = "0123456789abcdef";
      auto byte = static_cast<unsigned char>(c);
      if (byte >= 0x80 || c == '$') {
        text += c;
      } else {
        text.append("\\x").append(1, kDigits[byte / 16]).append(1, kDigits[byte % 16]);
      }
    }
    // A brace behind a dollar would be a variable of the environment.
    for (std::size_t at = text.find("$\\x7b"); at != std::string::npos;
         at = text.find("$\\x7b", at + 3))
      text.insert(at, 1, '$');
    text += "\"}}\n";
    INFO(text);
    std::string out;
    Loaded loaded = load_text("a.yaml", text, &out);
    INFO(loaded.errors);
    REQUIRE(loaded.config);
    const auto& fixed = std::get<respond::FixedOptions>(loaded.config->routes.at(0).action);
    CHECK(fixed.body == value);
    check_round_trip(*loaded.config, out);
  }
}

TEST_CASE("secrets are masked, but for those that only name a variable") {
  static constexpr KeyInfo kKeys[] = {
      {"secret", "a secret", "null", text("a text"), Trait::kSecret},
      {"more", "another", "null", text("a text"), Trait::kSecret},
      {"open", "none", "null", text("a text")}};
  Section grammar{.name = "test", .keys = {&kKeys[0], &kKeys[1], &kKeys[2]}};
  auto shown = [&](const std::string& yaml) {
    REQUIRE(setenv("WEIR_TEST_SECRET", "swordfish", 1) == 0);
    Files files;
    auto root = read_yaml(files.add("a.yaml", yaml).errors);
    REQUIRE(root);
    std::string out = print(files, *root, grammar);
    unsetenv("WEIR_TEST_SECRET");
    return without_origins(out);
  };
  CHECK(shown("secret: swordfish\nmore: 'x${WEIR_TEST_SECRET}'\nopen: fish\n") ==
        "secret: \"********\"\nmore: \"********\"\nopen: fish\n");
  CHECK(shown("secret: \"${WEIR_TEST_SECRET}\"\nmore: ${WEIR_TEST_SECRET:-swordfish}\n") ==
        "secret: \"${WEIR_TEST_SECRET}\"\nmore: \"********\"\n");
}

}  // namespace weir::config
