#pragma once

#include <cstdint>
#include <optional>

#include "http/fields.h"

namespace weir::http {

// How many seconds the Retry-After of an answer asks to wait (RFC 9110 section 10.2.3): a number of
// them, or a date, which is taken relative to the answer's own Date where it has one and else to
// `now`, in seconds since 1970. 0 for a date that has passed; at most a year; nothing where there
// is none or it is malformed.
std::optional<std::int64_t> retry_after(const Fields& fields, std::int64_t now);

}  // namespace weir::http
