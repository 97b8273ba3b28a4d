#pragma once

#include <string>
#include <vector>

#include "tidy/tree.h"

namespace weir::tidy {

// A function with a body.
struct Function {
  std::string head;  // what stands in front of the body, in one line
  std::size_t line = 0;
  std::size_t body_lines = 0;  // between the lines of its braces
};

// The functions of a C++ text, found by following its braces; lambdas count as part of the function
// around them. `balanced` becomes false when the braces do not match.
std::vector<Function> functions_of(std::string_view text, bool& balanced);

}  // namespace weir::tidy
