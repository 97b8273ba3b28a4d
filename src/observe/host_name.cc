#include "observe/host_name.h"

#include <unistd.h>

#include "base/ascii.h"

namespace weir::observe {

const std::string& host_name() {
  static const std::string name = [] {
    char text[256] = {};
    return gethostname(text, sizeof(text) - 1) == 0 ? base::to_lower(text) : std::string();
  }();
  return name;
}

}  // namespace weir::observe
