#pragma once

#include <optional>
#include <string>

#include "config/config.h"

namespace weir::config {

// A configuration, or why there is none.
struct Loaded {
  std::optional<Config> config;
  std::string errors;  // for stderr, as rendered; empty with a config
};

// Reads and checks a file with those that it includes. Whatever it holds, this ends within seconds:
// directories, pipes and devices are refused, and so is more than 4 MiB. Reads the environment
// (${NAME}); opens no socket, resolves no name. For start-up and the control thread: it blocks.
// `printed`, where given, gets a right configuration written out whole (print.h).
Loaded load_file(const std::string& path, std::string* printed = nullptr);
// The same for a text; `name` stands for the path in messages, and relative paths are relative to
// its folder.
Loaded load_text(std::string name, std::string text, std::string* printed = nullptr);

}  // namespace weir::config
