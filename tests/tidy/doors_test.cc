#include <doctest/doctest.h>

#include <algorithm>
#include <array>

#include "tidy/floors.h"

namespace weir::tidy {

namespace {

// A foreign library and where it may be included: paths that begin so.
struct Door {
  std::string_view library;
  std::string_view where;
};
constexpr std::array kDoors = {
    Door{"uv.h", "src/net/"},
    Door{"llhttp.h", "src/http/h1_parser."},
    Door{"yaml-cpp/", "src/config/"},
    Door{"prometheus/", "src/observe/"},
    Door{"re2/", "src/http/regex."},
    Door{"CLI/", "src/cli/"},
    Door{"CLI/", "src/backend/"},
    Door{"fmt/", "src/"},
    Door{"nlohmann/", "src/config/schema."},
    Door{"ares", "src/net/"},
    Door{"openssl/", "src/base/crypto."},
    Door{"nlohmann/", "src/admin/"},
    Door{"nlohmann/", "src/cli/"},
    Door{"sanitizer/", "src/base/slabs."},
};

// Headers of the system that are neither C++'s nor a library's.
constexpr std::array<std::string_view, 25> kSystem = {
    "sys/",    "netinet/", "arpa/",    "net/if.h",   "linux/",    "unistd.h", "fcntl.h",
    "netdb.h", "poll.h",   "sched.h",  "pthread.h",  "ifaddrs.h", "signal.h", "errno.h",
    "grp.h",   "pwd.h",    "dirent.h", "limits.h",   "malloc.h",  "glob.h",   "stdlib.h",
    "time.h",  "string.h", "getopt.h", "execinfo.h",
};

// Foreign headers enter through their door, and there is no foreign header without one.
Problems check_doors(const Files& src) {
  Problems problems;
  for (const auto& file : src) {
    if (!is_source(file.path) && !is_header(file.path)) continue;
    for (const auto& include : includes_of(file.text)) {
      bool standard = include.name.find_first_of("./") == std::string::npos;
      auto begins = [&](std::string_view part) { return include.name.starts_with(part); };
      if (standard || std::any_of(kSystem.begin(), kSystem.end(), begins)) continue;
      bool known = false;
      bool open = false;
      for (const auto& door : kDoors) {
        if (!begins(door.library)) continue;
        known = true;
        open = open || file.path.starts_with(door.where);
      }
      std::string where = file.path + ":" + std::to_string(include.line) + ": ";
      if (known && !open) problems.push_back(where + include.name + " does not enter here");
      if (!known && !include.quoted) problems.push_back(where + include.name + " has no door");
    }
  }
  return problems;
}

}  // namespace

TEST_CASE("each foreign library enters src through its door") {
  auto problems = check_doors(read_tree(WEIR_SOURCE_DIR, "src"));
  CHECK_MESSAGE(problems.empty(), listing(problems));
}

TEST_CASE("a foreign header elsewhere is told") {
  CHECK(check_doors(
            {{"src/net/loop.cc", "#include <uv.h>\n#include <vector>\n#include <sys/socket.h>\n"}})
            .empty());
  CHECK(check_doors({{"src/http/h1_parser.cc", "#include <llhttp.h>\n#include \"http/uri.h\"\n"}})
            .empty());
  CHECK(mentions(check_doors({{"src/http/uri.cc", "#include <uv.h>\n"}}),
                 "src/http/uri.cc:1: uv.h does not enter"));
  CHECK(mentions(check_doors({{"src/http/uri.cc", "#include \"llhttp.h\"\n"}}), "does not enter"));
  CHECK(mentions(check_doors({{"src/app/run.cc", "#include <yaml-cpp/yaml.h>\n"}}),
                 "does not enter"));
  CHECK(mentions(check_doors({{"src/app/run.cc", "#include <CLI/CLI.hpp>\n"}}), "does not enter"));
  CHECK(mentions(check_doors({{"src/app/run.cc", "#include <ares.h>\n"}}), "does not enter"));
  CHECK(mentions(check_doors({{"src/app/run.cc", "#include <boost/any.hpp>\n"}}), "no door"));
}

}  // namespace weir::tidy
