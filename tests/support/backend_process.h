#pragma once

#include <string>
#include <vector>

#include "support/product.h"

namespace weir::support {

// A running weir-backend (src/backend/README.md tells its paths).
class BackendProcess {
 public:
  // Returns when it listens on all of `listen`. `more`: further arguments ("--unhealthy").
  explicit BackendProcess(const std::string& name = "backend",
                          const std::vector<std::string>& listen = {"127.0.0.1:0"},
                          const std::vector<std::string>& more = {});

  [[nodiscard]] const std::string& address(std::size_t index = 0) const {
    return addresses_.at(index);
  }
  Product& process() { return process_; }

 private:
  Product process_;
  std::vector<std::string> addresses_;
};

}  // namespace weir::support
