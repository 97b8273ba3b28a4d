#include "proxy/attempt.h"

namespace weir::proxy {

using http::Reason;
using upstream::FailureKind;

namespace {

http::Failure failure(unsigned status, Reason reason) {
  http::Failure made;
  made.status = status;
  made.reason = reason;
  return made;
}

// Another request may be luckier in a moment.
http::Failure local_failure(net::StreamError error) {
  http::Failure made = failure(503, Reason::kNoDescriptors);
  if (error == net::StreamError::kNoPorts) made.reason = Reason::kNoPorts;
  if (error == net::StreamError::kNoMemory) made.reason = Reason::kNoMemory;
  made.retry_after_s = 1;
  return made;
}

}  // namespace

http::Failure failure_of(FailureKind kind, net::StreamError error) {
  switch (kind) {
    case FailureKind::kConnect:
      return failure(502, Reason::kUpstreamConnect);
    case FailureKind::kConnectTimeout:
      return failure(504, Reason::kUpstreamConnectTimeout);
    case FailureKind::kTimeout:
      return failure(504, Reason::kUpstreamTimeout);
    case FailureKind::kMalformed:
      return failure(502, Reason::kUpstreamMalformed);
    case FailureKind::kCut:
      return failure(502, Reason::kUpstreamCut);
    case FailureKind::kLocal:
      return local_failure(error);
    case FailureKind::kReset:
    case FailureKind::kStatus:
    case FailureKind::kCount:
      break;
  }
  return failure(502, Reason::kUpstreamReset);
}

void Attempt::count_failure(FailureKind kind, base::Stamp now, bool blame) {
  pool_->stats().failures[static_cast<std::size_t>(kind)].add();
  if (!blame) return;
  slot_->endpoint->note_failure(kind, now);
  pool_->count_failure(*slot_, now);
}

}  // namespace weir::proxy
