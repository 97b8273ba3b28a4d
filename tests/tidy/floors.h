#pragma once

#include <map>
#include <string>
#include <vector>

#include "tidy/tree.h"

namespace weir::tidy {

// What src/floors.txt says of one folder.
struct Folder {
  int floor = 0;
  std::vector<std::string> arrows;  // the folders it may include
};
using Floors = std::map<std::string, Folder, std::less<>>;

// Reads the text of floors.txt; what is wrong with it is added to `problems`.
Floors parse_floors(std::string_view text, Problems& problems);

// A line of code that includes something.
struct Include {
  std::string name;
  bool quoted = false;  // "name" rather than <name>
  std::size_t line = 0;
};
std::vector<Include> includes_of(std::string_view text);

}  // namespace weir::tidy
