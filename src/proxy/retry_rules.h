#pragma once

#include "http/message.h"
#include "upstream/options.h"
#include "upstream/stats.h"

namespace weir::proxy {

// What a pool's retry options say of a request and of a failure. Pure.

// Failures of this kind may be tried again (YAML: retry.on); a status that was found to be listed
// is.
bool is_listed(upstream::FailureKind kind, const upstream::RetryOn& on);

// An answer of this status is to be tried again elsewhere (YAML: retry.on).
bool is_listed(unsigned status, const upstream::RetryOn& on);

// The request may be carried out twice (YAML: retry.methods).
bool is_repeatable(const http::RequestHead& head, const upstream::RetryOptions& retry);

// A listed status tells against its endpoint's health: 5xx and 429, as nginx's
// proxy_next_upstream; what else a client may cause does not.
bool is_endpoints_fault(unsigned status);

}  // namespace weir::proxy
