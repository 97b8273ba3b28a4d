#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace weir::config {

// A text after expansion, or what stopped it.
struct Expanded {
  std::string text;
  std::string error;       // empty: all is well
  std::size_t at = 0;      // of the faulty "${", in bytes of the text as it was given
  std::size_t length = 0;  // of the faulty reference

  // A variable that the text names, and whether its default stood in for it.
  struct Variable {
    std::string name;
    bool is_default = false;
  };
  std::vector<Variable> variables;
};

// Replaces ${NAME} and ${NAME:-default} (the default stands in for an unset and for an empty
// variable); "$${" becomes "${". A "$" without "{" stays. Names: letters, digits and "_". What
// comes in is not expanded again. `lookup` gives the value of a name, or null where it is unset
// (std::getenv does).
Expanded expand(std::string_view text, const char* (*lookup)(const char* name));

// The environment of the process.
const char* environment(const char* name);

}  // namespace weir::config
