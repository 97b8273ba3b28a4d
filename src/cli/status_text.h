#pragma once

#include <string>

#include "base/result.h"
#include "cli/text_table.h"

namespace weir::cli {

// What /api/v1/status says, for people.
struct StatusText {
  std::string text;
  bool ready = false;  // it takes traffic
};

// Made of its JSON. The error says that it is none, or not of a weir that this one understands.
base::Result<StatusText> status_text(const std::string& json, const TextStyle& style);

}  // namespace weir::cli
