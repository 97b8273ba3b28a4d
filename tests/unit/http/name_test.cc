#include "http/name.h"

#include <doctest/doctest.h>

#include <string>

#include "base/ascii.h"

using std::string_view_literals::operator""sv;  // NOLINT(misc-unused-using-decls): not seen in
                                                // literals
using weir::http::Name;
using weir::http::name_of;

namespace {

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  }
  return out;
}

}  // namespace

TEST_CASE("every known name is found in any case, and no name near it") {
  for (std::size_t i = 1; i < weir::http::kNameCount; ++i) {
    auto name = static_cast<Name>(i);
    std::string text(weir::http::text_of(name));
    INFO(text);
    REQUIRE_FALSE(text.empty());
    CHECK(name_of(text) == name);
    CHECK(name_of(upper(text)) == name);
    CHECK(name_of(weir::base::to_lower(text)) == name);
    CHECK(name_of(text + "x") == Name::kOther);
    CHECK(name_of(text.substr(0, text.size() - 1)) != name);
    // Any other byte at any place is another name, also where only the bit of the case differs.
    for (std::size_t at = 0; at < text.size(); ++at) {
      for (int bit = 0; bit < 8; ++bit) {
        std::string other = text;
        other[at] = static_cast<char>(other[at] ^ (1 << bit));
        bool same = weir::base::equal_nocase(other, text);
        CHECK((name_of(other) == name) == same);
      }
    }
  }
}

TEST_CASE("other names are other, of any length") {
  CHECK(name_of("") == Name::kOther);
  for (std::size_t size = 1; size < 64; ++size)
    CHECK(name_of(std::string(size, 'x')) == Name::kOther);
  CHECK(name_of("X-Forwarded-Fox") == Name::kOther);
  CHECK(name_of("\0\0"sv) == Name::kOther);
  CHECK(weir::http::text_of(Name::kOther).empty());
  CHECK(weir::http::text_of(Name::kCount).empty());
}
