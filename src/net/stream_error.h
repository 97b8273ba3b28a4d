#pragma once

#include <cstdint>

namespace weir::net {

// Why a stream stopped working.
enum class StreamError : std::uint8_t {
  kRefused,  // connect: nobody listens, or no route
  kConnect,  // connect: any other failure of the way there (address invalid, not allowed)
  // connect: not even tried, for want of something of this process or host; no word about the peer
  kNoDescriptors,  // the limit of open files is reached (RLIMIT_NOFILE, fs.file-max)
  kNoPorts,        // no local port or address is free toward it (net.ipv4.ip_local_port_range)
  kNoMemory,       // the kernel has none for a socket
  kReset,          // the peer reset the connection, or a write found it gone
  kOther,
};

// The fault is on this side, so nothing is known of the peer.
constexpr bool is_local(StreamError error) {
  return error >= StreamError::kNoDescriptors && error <= StreamError::kNoMemory;
}

// What a connect that ended with this error of libuv (below 0) met.
StreamError connect_error(int status);

}  // namespace weir::net
