#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace weir::http {

// Methods that weir tells apart; any other token is kOther and is passed on as it came (RFC 9110
// section 9, QUERY: draft-ietf-httpbis-safe-method-w-body).
enum class Method : std::uint8_t {
  kGet,
  kHead,
  kPost,
  kPut,
  kDelete,
  kConnect,
  kOptions,
  kTrace,
  kPatch,
  kQuery,
  kOther
};

// The longest method token that is read; a longer one is 501.
inline constexpr std::size_t kMethodMax = 32;

// Methods are case-sensitive.
Method method_of(std::string_view token);
// The token of a known method; "other" for kOther.
std::string_view text_of(Method method);
// RFC 9110 section 9.2.1.
bool is_safe(Method method);
// RFC 9110 section 9.2.2; kOther is not.
bool is_idempotent(Method method);

}  // namespace weir::http
