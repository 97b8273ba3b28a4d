#include "base/crypto.h"

#include <doctest/doctest.h>

#include <string>

namespace weir::base {

namespace {

std::string base64(std::string_view bytes) {
  std::string text(base64_size(bytes.size()), '?');
  CHECK(base64_encode(text.data(), bytes) == text.data() + text.size());
  return text;
}

std::string hex(const Sha1& digest) {
  std::string text;
  for (unsigned char byte : digest) {
    text += "0123456789abcdef"[byte >> 4];
    text += "0123456789abcdef"[byte & 15];
  }
  return text;
}

}  // namespace

TEST_CASE("SHA-1 is that of FIPS 180") {
  CHECK(hex(sha1("abc")) == "a9993e364706816aba3e25717850c26c9cd0d89d");
  CHECK(hex(sha1("")) == "da39a3ee5e6b4b0d3255bfef95601890afd80709");
  CHECK(hex(sha1(std::string(1'000'000, 'a'))) == "34aa973cd4c4daa4f61eeb2bdbad27316534016f");
}

TEST_CASE("base64 is that of RFC 4648 section 10") {
  CHECK(base64("").empty());
  CHECK(base64("f") == "Zg==");
  CHECK(base64("fo") == "Zm8=");
  CHECK(base64("foo") == "Zm9v");
  CHECK(base64("foob") == "Zm9vYg==");
  CHECK(base64("fooba") == "Zm9vYmE=");
  CHECK(base64("foobar") == "Zm9vYmFy");
  CHECK(base64("\xff\xfe\xfd") == "//79");
}

TEST_CASE("base64 of a size is told by its length, alphabet and padding") {
  CHECK(is_base64_of("dGhlIHNhbXBsZSBub25jZQ==", 16));
  CHECK_FALSE(is_base64_of("dGhlIHNhbXBsZSBub25jZQ==", 15));
  CHECK_FALSE(is_base64_of("dGhlIHNhbXBsZSBub25jZQ", 16));
  CHECK(is_base64_of("dGhlIHNhbXBsZSBub25jZR==", 16));
  CHECK_FALSE(is_base64_of("dGhlIHNhbXBsZSBub25jZQ=A", 16));
  CHECK_FALSE(is_base64_of("dGhlIHNhbXBsZSBub25jZ===", 16));
  CHECK_FALSE(is_base64_of("dGhlIHNhbXBs-SBub25jZQ==", 16));
  CHECK_FALSE(is_base64_of("", 16));
  CHECK(is_base64_of("", 0));
  CHECK(is_base64_of("Zm8=", 2));
  CHECK(is_base64_of("Zm9v", 3));
}

}  // namespace weir::base
