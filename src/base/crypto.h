#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace weir::base {

// The digests and encodings that protocols ask for. The only door to OpenSSL's libcrypto. Pure; any
// thread.

// A SHA-1 digest. For protocols that prescribe it (RFC 6455), never for what must resist forgery.
using Sha1 = std::array<unsigned char, 20>;
Sha1 sha1(std::string_view bytes);

// Characters that base64_encode() writes for `size` bytes.
constexpr std::size_t base64_size(std::size_t size) { return (size + 2) / 3 * 4; }
// Writes bytes in base64 (RFC 4648 section 4, padded) at `to`, which has room for base64_size();
// returns one past the last.
char* base64_encode(char* to, std::string_view bytes);
// `text` is the base64 of exactly `size` bytes, padded. The bits of its last digit that stand for
// nothing may be any, as most decoders take them (RFC 4648 section 3.5).
bool is_base64_of(std::string_view text, std::size_t size);

}  // namespace weir::base
