#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace weir::http {

// Field names that weir itself looks at or writes. Looked up once per field at parse time; later by
// id.
enum class Name : std::uint8_t {
  kOther,
  kAccept,
  kAge,
  kAllow,
  kAuthorization,
  kCacheControl,
  kCdnCacheControl,
  kConnection,
  kContentEncoding,
  kContentLength,
  kContentLocation,
  kContentRange,
  kContentType,
  kCookie,
  kDate,
  kEtag,
  kExpect,
  kExpires,
  kForwarded,
  kHost,
  kHttp2Settings,
  kIfMatch,
  kIfModifiedSince,
  kIfNoneMatch,
  kIfRange,
  kIfUnmodifiedSince,
  kKeepAlive,
  kLastModified,
  kLocation,
  kMaxForwards,
  kPragma,
  kProxyAuthenticate,
  kProxyConnection,
  kRange,
  kReferer,
  kRetryAfter,
  kServer,
  kSetCookie,
  kTe,
  kTrailer,
  kTransferEncoding,
  kUpgrade,
  kUserAgent,
  kVary,
  kVia,
  kXForwardedFor,
  kXForwardedHost,
  kXForwardedProto,
  kXRealIp,
  kXRequestId,
  kCount  // not a name: how many there are
};

// For tables indexed by Name.
inline constexpr std::size_t kNameCount = static_cast<std::size_t>(Name::kCount);

// The id of a field name in any case; Name::kOther for one that is not in the list. Constant time.
Name name_of(std::string_view name);
// The usual spelling of a known name; empty for kOther.
std::string_view text_of(Name name);

}  // namespace weir::http
