#pragma once

#include <string>

#include "base/result.h"
#include "net/address.h"

namespace weir::cli {

// What an admin listener answered.
struct AdminAnswer {
  unsigned status = 0;
  std::string body;
};

// Asks an admin listener GET `path`, over a connection of its own, and waits for the whole answer:
// five seconds at most. The error says what went wrong, and where.
base::Result<AdminAnswer> ask_admin(const net::Address& admin, const std::string& path);

}  // namespace weir::cli
