#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "support/process.h"

namespace weir::support {

// A binary under test. When the test is done with it, it must end well: the destructor ends it by
// TERM and fails the test where it crashed, hung, told a sanitizer's report or exited with anything
// but 0.
class Product : public Process {
 public:
  // `name`: a program of the build ("weir").
  Product(const std::string& name, std::vector<std::string> arguments,
          const std::vector<std::string>& environment = {});
  ~Product();

  // Ends it by TERM and returns its exit status.
  int stop();
  // Kills it, as a crash would: its end is no failure of the test.
  void kill();

 private:
  std::string binary_;
  bool killed_ = false;
};

// The path of a program of the build.
std::string product_path(const std::string& name);

}  // namespace weir::support
