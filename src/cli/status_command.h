#pragma once

#include <string>

#include "cli/command_line.h"
#include "config/config.h"

namespace weir::cli {

// Asks the weir that runs by this configuration how it is, through its admin listener, and prints
// it as `line` says. The exit status: kWell while it is ready to serve, else kFailed.
int show_status(const config::Config& config, const CommandLine& line);

}  // namespace weir::cli
