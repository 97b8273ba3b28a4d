#pragma once

#include <string>
#include <variant>
#include <vector>

#include "net/address.h"

namespace weir::backend {

// What the command line says.
struct Options {
  std::vector<net::Address> listen = {net::Address{"127.0.0.1", 9001, false}};
  std::string name = "backend";
  unsigned workers = 1;
  bool unhealthy = false;  // /healthz fails from the start
};

// What to say in place of running: on stdout for status 0 (help, version), else on stderr.
struct Goodbye {
  int status = 0;
  std::string text;
};

// Reads a command line. Wrong usage is status 2. `version` is told by --version.
std::variant<Options, Goodbye> parse_options(int argc, const char* const* argv,
                                             const std::string& version);

}  // namespace weir::backend
