#pragma once

#include <cstdint>
#include <string>

namespace weir::net {

// Who listens on a TCP port, as "pid 4711 (nginx)", for error messages; empty where it cannot be
// known (another user's process). Reads /proc; for start-up only.
std::string describe_port_owner(std::uint16_t port);

}  // namespace weir::net
