#pragma once

#include "config/config.h"
#include "config/yaml_node.h"

namespace weir::config {

// Puts into the tree of a right configuration what no file says and weir made: the name of each
// route, and the route of a file without routes. Their places are kMade.
void complete(Node& root, const Config& config);

}  // namespace weir::config
