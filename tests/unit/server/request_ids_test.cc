#include "server/request_ids.h"

#include <doctest/doctest.h>

#include <set>
#include <string>

namespace weir::server {

TEST_CASE("ids are 32 hexadecimal digits, and none comes twice, from one worker or several") {
  base::Arena arena;
  RequestIds workers[3];
  std::set<std::string> seen;
  for (int i = 0; i < 10'000; ++i) {
    for (auto& worker : workers) {
      std::string id(worker.next(arena));
      CHECK(id.size() == 32);
      CHECK(id.find_first_not_of("0123456789abcdef") == std::string::npos);
      CHECK(seen.insert(id).second);
    }
    arena.reset();
  }
}

TEST_CASE("a given id is taken when it can do no harm in a line or a header") {
  for (const char* good : {"0123456789abcdef0123456789abcdef", "a", "Root=1-67891233-abcdef012345",
                           "urn:uuid:6e8bc430-9c3a-11d9", "a+b/c==", "x.y_z~1"}) {
    CAPTURE(good);
    CHECK(is_request_id(good));
  }
  for (const char* bad : {"", " ", "a b", "a\"b", "a\\b", "a\nb", "a\tb", "\x7f", "\xc3\xa4", "<b>",
                          "a'b", "$(x)", "a`b"}) {
    CAPTURE(bad);
    CHECK(!is_request_id(bad));
  }
  CHECK(is_request_id(std::string(128, 'a')));
  CHECK(!is_request_id(std::string(129, 'a')));
}

}  // namespace weir::server
