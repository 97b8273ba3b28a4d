#pragma once

#include "cli/command_line.h"
#include "config/config.h"

namespace weir::cli {

// Has the weir that runs by this configuration purge what `line` says, through its admin listener,
// and prints how many answers those were. The exit status.
int purge(const config::Config& config, const CommandLine& line);

}  // namespace weir::cli
