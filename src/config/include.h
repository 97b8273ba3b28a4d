#pragma once

#include <optional>
#include <string>

#include "config/files.h"
#include "config/yaml_node.h"

namespace weir::config {

// Bounds that no real configuration meets: what is over them is an error.
inline constexpr std::size_t kIncludeDepthMax = 16;
inline constexpr std::size_t kFilesMax = 1'000;
inline constexpr std::size_t kFilesSizeMax = 16 * 1024 * 1024;  // bytes, of all together

// Reads a file, of which the text is given, and what it includes, to one tree: maps merged by key,
// lists appended, the file's own first, then the included ones in their order. Relative paths are
// relative to the file that names them. Nothing, and what is wrong in `files`, when a syntax is
// broken or a file is missing, included twice, or by itself: what follows from that helps nobody.
std::optional<Node> read_files(Files& files, std::string name, std::string text);

}  // namespace weir::config
