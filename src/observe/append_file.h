#pragma once

#include <optional>
#include <string>

#include "net/descriptor.h"
#include "observe/options.h"

namespace weir::observe {

// Opens a file for lines that are appended to it; none, and errno, where that fails. One that is
// not there is made (0644, less the umask) and given to `owner`; none: it stays this process's.
// Whose a file is that was there is not changed. A FIFO without a reader is an error.
net::Descriptor open_append(const std::string& path, const std::optional<LogOwner>& owner = {});

}  // namespace weir::observe
