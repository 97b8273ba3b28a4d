#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

namespace weir::config {

// What read_regular_file says where there is none.
inline constexpr std::string_view kNoSuchFile = "there is no such file";

// The text of a regular file of at most Source::kSizeMax bytes. Directories, pipes, devices and
// sockets are errors, and nothing is waited for. The error says what is wrong with it, without its
// path.
base::Result<std::string> read_regular_file(const std::string& path);

// What is the same for all paths to one file: its device and its number there. Zeros: there is
// none.
using FileId = std::pair<std::uint64_t, std::uint64_t>;
FileId file_id(const std::string& path);

}  // namespace weir::config
