#include "http/trailer_rules.h"

#include <algorithm>
#include <iterator>

#include "base/ascii.h"
#include "http/named_fields.h"

namespace weir::http {
namespace {

bool begins_with(std::string_view name, std::string_view beginning) {
  return base::equal_nocase(name.substr(0, beginning.size()), beginning);
}

// Those of no known name that say who asks.
bool is_other_forbidden(std::string_view name) {
  constexpr std::string_view kNames[] = {"Authentication-Info", "Proxy-Authorization",
                                         "WWW-Authenticate"};
  return std::any_of(std::begin(kNames), std::end(kNames),
                     [name](std::string_view one) { return base::equal_nocase(one, name); });
}

}  // namespace

bool is_forbidden_trailer(const Field& field) {
  switch (field.id) {
    case Name::kAge:
    case Name::kAuthorization:
    case Name::kCacheControl:
    case Name::kCdnCacheControl:
    case Name::kConnection:
    case Name::kContentEncoding:
    case Name::kContentLength:
    case Name::kContentLocation:
    case Name::kContentRange:
    case Name::kContentType:
    case Name::kCookie:
    case Name::kExpect:
    case Name::kExpires:
    case Name::kForwarded:
    case Name::kHost:
    case Name::kHttp2Settings:
    case Name::kIfMatch:
    case Name::kIfModifiedSince:
    case Name::kIfNoneMatch:
    case Name::kIfRange:
    case Name::kIfUnmodifiedSince:
    case Name::kKeepAlive:
    case Name::kLocation:
    case Name::kMaxForwards:
    case Name::kPragma:
    case Name::kProxyAuthenticate:
    case Name::kProxyConnection:
    case Name::kRange:
    case Name::kRetryAfter:
    case Name::kSetCookie:
    case Name::kTe:
    case Name::kTrailer:
    case Name::kTransferEncoding:
    case Name::kUpgrade:
    case Name::kVary:
    case Name::kVia:
    case Name::kXForwardedFor:
    case Name::kXForwardedHost:
    case Name::kXForwardedProto:
    case Name::kXRealIp:
    case Name::kXRequestId:
      return true;
    case Name::kOther:
      return begins_with(field.name, "If-") || begins_with(field.name, "X-Forwarded-") ||
             is_other_forbidden(field.name);
    default:
      return false;
  }
}

Fields kept_connection(const Fields& head, base::Arena& arena) {
  Fields kept;
  for (const Field& field : head) {
    if (field.id != Name::kConnection) continue;
    kept.add(arena, {text_of(field.id), arena.copy(field.value), field.id});
  }
  return kept;
}

void pass_trailers(const Fields& all, const Fields& connection, base::Arena& arena, Fields& to) {
  NamedFields named(connection);
  for (const Field& field : all) {
    if (!is_forbidden_trailer(field) && !named.has(field.name)) to.add(arena, field);
  }
}

}  // namespace weir::http
