#pragma once

#include <string>

#include "config/files.h"
#include "config/shape.h"
#include "config/yaml_node.h"

namespace weir::config {

// The place of a node that no file has: weir made it. Files must not be asked for it.
inline constexpr Place kMade = {UINT32_MAX, 0};

// Writes a configuration out whole, as YAML: short forms as what they stand for, every default
// filled in, variables of the environment expanded, paths absolute, and behind each value where it
// comes from. It is a configuration that means the same, wherever it is put. `root` is a map
// without errors by `grammar`. The values of secret keys are masked, but for those that are nothing
// but a variable, which is named.
std::string print(const Files& files, const Node& root, const Section& grammar);

}  // namespace weir::config
