#include "upstream/stats.h"

#include <string_view>

namespace weir::upstream {

std::string_view text_of(FailureKind kind) {
  switch (kind) {
    case FailureKind::kConnect:
      return "connect";
    case FailureKind::kConnectTimeout:
      return "connect_timeout";
    case FailureKind::kReset:
      return "reset";
    case FailureKind::kTimeout:
      return "timeout";
    case FailureKind::kMalformed:
      return "malformed";
    case FailureKind::kStatus:
      return "status";
    case FailureKind::kLocal:
      return "local";
    case FailureKind::kCut:
      return "cut";
    case FailureKind::kCount:
      break;
  }
  return "unknown";
}

}  // namespace weir::upstream
