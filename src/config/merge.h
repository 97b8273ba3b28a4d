#pragma once

#include <vector>

#include "config/files.h"
#include "config/yaml_node.h"

namespace weir::config {

// Makes one tree of those of several files: maps are merged by key, lists are appended in the order
// of the parts; what may be a list counts as one where it stands bare, and short forms as what they
// are short for. Any other key that two files
// give is an error. The first part may be of any kind and is alone then; the others are maps.
Node merge(Files& files, std::vector<Node> parts);

}  // namespace weir::config
