#pragma once

#include <string_view>

#include "base/clock.h"

namespace weir::server {

// The text of the Date field (IMF-fixdate, RFC 9110 section 5.6.7), made once a second. One thread.
class DateText {
 public:
  // `now` is monotonic and says when to look at the wall clock again. Valid until the next call.
  std::string_view get(base::Stamp now);

 private:
  base::Stamp valid_until_ = 0;
  char text_[32] = {};
};

}  // namespace weir::server
