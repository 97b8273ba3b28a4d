#include "cache/storing.h"

#include <array>
#include <cstddef>

#include "base/ascii.h"
#include "http/date.h"

namespace weir::cache {
namespace {

using http::Name;

constexpr auto kReasons = static_cast<std::size_t>(NotStored::kCount);
constexpr std::array<std::string_view, kReasons> kTexts = {
    "",        "method",        "request_no_store", "range",     "status",     "no_store",
    "private", "authorization", "set_cookie",       "vary_any",  "not_fresh",  "no_end",
    "unkeyed", "min_uses",      "condition",        "too_large", "incomplete", "purged"};

// Statuses whose meaning for caches is known here: those of RFC 9110. A response that says
// must-understand is stored for no other (RFC 9111 section 5.2.2.3).
bool is_understood(unsigned status) {
  return (status >= 200 && status <= 205) || (status >= 300 && status <= 303) || status == 305 ||
         status == 307 || status == 308 || (status >= 400 && status <= 417) || status == 421 ||
         status == 422 || status == 426 || (status >= 500 && status <= 505);
}

bool varies_by_anything(const http::Fields& response) {
  for (const http::Field& field : response) {
    if (field.id != Name::kVary) continue;
    bool any = false;
    base::each_token(field.value, [&any](std::string_view name) {
      any = name == "*";
      return !any;
    });
    if (any) return true;
  }
  return false;
}

// Section 3.5.
bool may_share_authorized(const ResponseControl& control) {
  bool shared = control.s_maxage.seconds && !control.s_maxage.invalid;
  return shared || control.is_public || control.must_revalidate;
}

// no-store, which must-understand takes the place of where the status is understood (section
// 5.2.2.3).
bool forbids_storing(const http::ResponseHead& response, const ResponseControl& control) {
  if (control.must_understand && !is_understood(response.status)) return true;
  return control.no_store && !control.must_understand;
}

// The last point of section 3, and a use.
bool is_worth_it(const http::ResponseHead& response, const ResponseControl& control,
                 const Lifetime& lifetime) {
  bool allowed = lifetime.by != FreshBy::kNothing || control.is_public ||
                 is_heuristically_cacheable(response.status);
  bool stays = lifetime.seconds > 0 && !control.no_cache;
  return allowed && (stays || has_validator(response.fields));
}

}  // namespace

std::string_view text_of(NotStored reason) { return kTexts.at(static_cast<std::size_t>(reason)); }

bool is_by_request(NotStored reason) {
  return reason == NotStored::kMethod || reason == NotStored::kRequestNoStore ||
         reason == NotStored::kAuthorization || reason == NotStored::kUnkeyed ||
         reason == NotStored::kCondition;
}

bool has_validator(const http::Fields& response) {
  return response.find(Name::kEtag) != nullptr ||
         http::parse_date(response.value(Name::kLastModified)).has_value();
}

NotStored why_not_stored(const http::RequestHead& request, const RequestControl& asked,
                         const http::ResponseHead& response, const ResponseControl& control,
                         const Lifetime& lifetime) {
  if (request.method != http::Method::kGet) return NotStored::kMethod;
  if (asked.no_store) return NotStored::kRequestNoStore;
  if (response.status == 206) return NotStored::kRange;
  if (response.status < 200 || response.status == 304) return NotStored::kStatus;
  if (forbids_storing(response, control)) return NotStored::kNoStore;
  if (control.is_private) return NotStored::kPrivate;
  bool authorized = request.fields.find(Name::kAuthorization) != nullptr;
  if (authorized && !may_share_authorized(control)) return NotStored::kAuthorization;
  bool cookie = response.fields.find(Name::kSetCookie) != nullptr;
  if (cookie && !control.no_cache_fields.contains("Set-Cookie") &&
      !control.private_fields.contains("Set-Cookie"))
    return NotStored::kSetCookie;
  if (varies_by_anything(response.fields)) return NotStored::kVaryAny;
  if (!is_worth_it(response, control, lifetime)) return NotStored::kNotFresh;
  return NotStored::kStored;
}

bool is_stored_field(const http::Field& field, const http::NamedFields& hop,
                     const ResponseControl& control) {
  switch (field.id) {
    case Name::kConnection:
    case Name::kKeepAlive:
    case Name::kProxyConnection:
    case Name::kProxyAuthenticate:
    case Name::kTe:
    case Name::kTrailer:
    case Name::kTransferEncoding:
    case Name::kUpgrade:
    // Told anew with each answer.
    case Name::kAge:
    case Name::kContentLength:
      return false;
    default:
      break;
  }
  if (base::equal_nocase(field.name, "Proxy-Authentication-Info") ||
      base::equal_nocase(field.name, "Proxy-Authorization"))
    return false;
  return !hop.has(field.name) && !control.no_cache_fields.contains(field.name) &&
         !control.private_fields.contains(field.name);
}

}  // namespace weir::cache
