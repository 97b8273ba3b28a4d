#include "proxy/retry_rules.h"

#include <algorithm>

#include "http/method.h"

namespace weir::proxy {

using upstream::FailureKind;
using upstream::RetryMethods;

bool is_listed(FailureKind kind, const upstream::RetryOn& on) {
  switch (kind) {
    case FailureKind::kConnect:
    case FailureKind::kConnectTimeout:
    case FailureKind::kLocal:
      return on.connect;
    case FailureKind::kReset:
      return on.reset;
    case FailureKind::kTimeout:
      return on.timeout;
    case FailureKind::kMalformed:
      return on.malformed;
    case FailureKind::kStatus:
      return true;
    case FailureKind::kCut:
    case FailureKind::kCount:
      break;
  }
  return false;
}

bool is_listed(unsigned status, const upstream::RetryOn& on) {
  return std::find(on.statuses.begin(), on.statuses.end(), status) != on.statuses.end();
}

bool is_repeatable(const http::RequestHead& head, const upstream::RetryOptions& retry) {
  switch (retry.methods) {
    case RetryMethods::kIdempotent:
      return http::is_idempotent(head.method);
    case RetryMethods::kAll:
      return true;
    case RetryMethods::kListed:
      break;
  }
  const auto& listed = retry.listed_methods;
  return std::find(listed.begin(), listed.end(), head.method_text) != listed.end();
}

bool is_endpoints_fault(unsigned status) { return status >= 500 || status == 429; }

}  // namespace weir::proxy
