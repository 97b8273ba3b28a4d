#include "cache/freshness.h"

#include <algorithm>
#include <string_view>

#include "base/ascii.h"
#include "http/date.h"

namespace weir::cache {
namespace {

constexpr Seconds kDay = 86'400;
constexpr Seconds kHeuristicMax = kDay;
constexpr Seconds kHeuristicPart = 10;  // a tenth

Seconds age_field(const http::Fields& response) {
  std::string_view text = response.value(http::Name::kAge);
  return parse_seconds(base::trim(text.substr(0, text.find(',')))).value_or(0);
}

Seconds date_of(const http::Fields& response, Seconds otherwise) {
  return http::parse_date(response.value(http::Name::kDate)).value_or(otherwise);
}

// The time that Expires says; nothing where it is no date ("0"), or two lines differ.
std::optional<Seconds> expiry(const http::Fields& response) {
  std::string_view text = response.value(http::Name::kExpires);
  for (const http::Field& field : response) {
    if (field.id == http::Name::kExpires && field.value != text) return std::nullopt;
  }
  return http::parse_date(text);
}

Seconds bounded(Seconds span) { return std::clamp<Seconds>(span, 0, kForever); }

std::optional<Seconds> heuristic(const http::ResponseHead& response, const ResponseControl& control,
                                 Seconds received) {
  if (!control.is_public && !is_heuristically_cacheable(response.status)) return std::nullopt;
  auto modified = http::parse_date(response.fields.value(http::Name::kLastModified));
  if (!modified) return std::nullopt;
  Seconds since = date_of(response.fields, received) - *modified;
  return std::clamp<Seconds>(since / kHeuristicPart, 0, kHeuristicMax);
}

// max-age=0 is how browsers ask for the newest: also what came within this second is over it.
bool is_over(Seconds max_age, Seconds age) { return max_age == 0 || age > max_age; }

}  // namespace

Seconds initial_age(const http::Fields& response, Exchanged when) {
  Seconds apparent = std::max<Seconds>(0, when.received - date_of(response, when.received));
  Seconds delay = std::max<Seconds>(0, when.received - when.asked);
  return bounded(std::max(apparent, age_field(response) + delay));
}

bool is_heuristically_cacheable(unsigned status) {
  switch (status) {
    case 200:
    case 203:
    case 204:
    case 300:
    case 301:
    case 308:
    case 404:
    case 405:
    case 410:
    case 414:
    case 501:
      return true;
    default:
      return false;
  }
}

Lifetime lifetime_of(const http::ResponseHead& response, const ResponseControl& control,
                     Seconds received, std::optional<Seconds> configured) {
  if (control.s_maxage.given()) return {control.s_maxage.value_or(0), FreshBy::kSMaxAge};
  if (control.max_age.given()) return {control.max_age.value_or(0), FreshBy::kMaxAge};
  if (!control.targeted && response.fields.find(http::Name::kExpires) != nullptr) {
    auto until = expiry(response.fields);
    Seconds from = date_of(response.fields, received);
    return {until ? bounded(*until - from) : 0, FreshBy::kExpires};
  }
  if (configured) return {bounded(*configured), FreshBy::kConfigured};
  if (auto span = heuristic(response, control, received)) return {*span, FreshBy::kHeuristic};
  return {};
}

Seconds Terms::age_at(Seconds now) const {
  return bounded(age + std::max<Seconds>(0, now - received));
}

Seconds Terms::staleness_at(Seconds now) const { return age_at(now) - lifetime; }

Reuse reuse(const Terms& terms, const RequestControl& request, Seconds now) {
  Reuse otherwise = request.only_if_cached ? Reuse::kRefuse : Reuse::kRevalidate;
  if (request.no_cache || terms.no_cache) return otherwise;
  if (request.max_age && is_over(*request.max_age, terms.age_at(now))) return otherwise;
  Seconds staleness = terms.staleness_at(now);
  // Fresh is what is younger than its lifetime (section 4.2).
  if (!terms.purged && staleness < 0) {
    return request.min_fresh && -staleness < *request.min_fresh ? otherwise : Reuse::kFresh;
  }
  if (terms.forbids_stale || request.min_fresh) return otherwise;
  if (!terms.purged && request.max_stale && staleness <= *request.max_stale) return Reuse::kStale;
  bool in_window =
      terms.purged ? terms.stale_while_revalidate > 0 : staleness < terms.stale_while_revalidate;
  return in_window && !request.only_if_cached ? Reuse::kWhileRevalidate : otherwise;
}

bool is_failure(unsigned status) {
  return status == 500 || status == 502 || status == 503 || status == 504;
}

bool may_answer_error(const Terms& terms, const RequestControl& request, Seconds now) {
  if (terms.no_cache || terms.forbids_stale || request.no_cache) return false;
  Seconds window = std::max(terms.stale_if_error, request.stale_if_error.value_or(0));
  return window > 0 && terms.staleness_at(now) < window;
}

}  // namespace weir::cache
