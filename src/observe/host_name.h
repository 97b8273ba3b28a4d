#pragma once

#include <string>

namespace weir::observe {

// The name of the machine in lower case, looked up once. Any thread.
const std::string& host_name();

}  // namespace weir::observe
