#pragma once

#include <string>

#include "base/result.h"
#include "config/config.h"
#include "net/address.h"

namespace weir::cli {

// What an admin listener answered.
struct AdminAnswer {
  unsigned status = 0;
  std::string body;
};

// Asks an admin listener for `method` of `target`, over a connection of its own, and waits for the
// whole answer: five seconds at most. The error says what went wrong, and where.
base::Result<AdminAnswer> ask_admin(const net::Address& admin, const std::string& method,
                                    const std::string& target);

// The same of the weir that runs by this configuration, read from `path`. The error is a whole
// sentence for its user.
base::Result<AdminAnswer> ask_running(const config::Config& config, const std::string& path,
                                      const std::string& method, const std::string& target);

}  // namespace weir::cli
