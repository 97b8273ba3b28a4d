#include "http/record.h"

namespace weir::http {

void Record::keep_try(base::Arena& arena) {
  Try* kept = arena.make<Try>(last_try);
  kept->endpoint = arena.copy(last_try.endpoint);
  last_try = {};
  last_try.before = kept;
}

}  // namespace weir::http
