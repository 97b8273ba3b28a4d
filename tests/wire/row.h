#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "http/head_limits.h"
#include "http/method.h"

namespace weir::wire {

// One row of a wire table: bytes, and what a parser must say of them. tests/wire/README.md
// describes the format.
struct Row {
  std::string file;
  int line = 0;
  std::string promise;
  std::string bytes;
  std::vector<std::string> expected;
  http::HeadLimits limits;
  std::vector<http::Method> methods;  // responses: of the requests they answer; empty: GET
  bool closes = false;                // the connection ends behind the bytes
  bool switches = false;              // responses: to requests that asked for another protocol
};

// Reads a table of tests/wire. A malformed table fails the running test.
std::vector<Row> read_table(std::string_view name);

}  // namespace weir::wire
