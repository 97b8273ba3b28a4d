#pragma once

#include <string>

namespace weir::config {

// The grammar of the file as JSON Schema (draft 7), for editors and other tools: descriptions,
// defaults, choices, bounds and patterns, from the tables that parse. It takes every file that weir
// takes, parts that others include among them; what it cannot say (names that lead somewhere, keys
// given twice, the environment) only weir finds.
std::string json_schema();

}  // namespace weir::config
