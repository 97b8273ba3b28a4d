#include "net/ip_text.h"

#include <doctest/doctest.h>

#include <string>

namespace weir::net {

TEST_CASE("a text of any length comes back as it was, from 16 bytes") {
  static_assert(sizeof(IpText) == 16);
  for (std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{15}, std::size_t{16},
                           std::size_t{45}, std::size_t{255}}) {
    std::string text(size, 'x');
    if (size > 0) text.back() = 'y';
    IpText kept(text);
    CHECK(kept.get() == text);
  }
}

}  // namespace weir::net
