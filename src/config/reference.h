#pragma once

#include <string>

namespace weir::config {

// Every key with its value, default and meaning, as tables in Markdown, from the tables that parse:
// the second half of docs/configuration.md.
std::string markdown_reference();

}  // namespace weir::config
