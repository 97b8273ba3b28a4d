#pragma once

#include <string>
#include <vector>

#include "support/process.h"
#include "support/product.h"
#include "support/temp_dir.h"

namespace weir::command_line {

using support::product_path;
using support::TempDir;

// The exit statuses of weir.
inline constexpr int kWell = 0;
inline constexpr int kFailed = 1;
inline constexpr int kUsage = 2;
inline constexpr int kBadConfig = 3;

// What a run brought that ends by itself.
struct Run {
  int status = 0;
  std::string out;
  std::string err;
};

inline Run weir(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), product_path("weir"));
  support::Process process(std::move(arguments));
  Run run;
  run.status = process.wait();
  run.out = process.out();
  run.err = process.err();
  return run;
}

inline bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace weir::command_line
