#include "net/stream_error.h"

#include <uv.h>

namespace weir::net {

StreamError connect_error(int status) {
  switch (status) {
    case UV_ECONNREFUSED:
    case UV_ENETUNREACH:
    case UV_EHOSTUNREACH:
    case UV_ENOENT:
      return StreamError::kRefused;
    case UV_EMFILE:
    case UV_ENFILE:
      return StreamError::kNoDescriptors;
    case UV_EADDRNOTAVAIL:
      return StreamError::kNoPorts;
    case UV_ENOBUFS:
    case UV_ENOMEM:
      return StreamError::kNoMemory;
    default:
      return StreamError::kConnect;
  }
}

}  // namespace weir::net
