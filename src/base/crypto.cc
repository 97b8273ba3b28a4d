#include "base/crypto.h"

#include <openssl/sha.h>

#include <cstdint>

namespace weir::base {

namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

Sha1 sha1(std::string_view bytes) {
  static_assert(std::tuple_size_v<Sha1> == SHA_DIGEST_LENGTH);
  Sha1 digest;
  SHA1(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest.data());
  return digest;
}

char* base64_encode(char* to, std::string_view bytes) {
  while (!bytes.empty()) {
    std::size_t count = bytes.size() < 3 ? bytes.size() : 3;
    std::uint32_t group = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      group = group << 8U | (i < count ? static_cast<unsigned char>(bytes[i]) : 0U);
    }
    for (std::size_t i = 0; i < 4; ++i) {
      *to++ = i > count ? '=' : kAlphabet[group >> (18 - 6 * i) & 63U];
    }
    bytes.remove_prefix(count);
  }
  return to;
}

bool is_base64_of(std::string_view text, std::size_t size) {
  if (text.size() != base64_size(size)) return false;
  std::size_t padding = (3 - size % 3) % 3;
  std::string_view digits = text.substr(0, text.size() - padding);
  for (char c : text.substr(digits.size())) {
    if (c != '=') return false;
  }
  return digits.find_first_not_of(kAlphabet) == std::string_view::npos;
}

}  // namespace weir::base
