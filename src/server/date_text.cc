#include "server/date_text.h"

#include <chrono>
#include <ctime>

#include "http/date.h"

namespace weir::server {

std::string_view DateText::get(base::Stamp now) {
  if (now >= valid_until_) {
    timespec wall{};
    ::clock_gettime(CLOCK_REALTIME, &wall);
    http::write_date(text_, wall.tv_sec);
    // Until the wall clock's next second.
    valid_until_ = now + 1'000'000'000 - wall.tv_nsec;
  }
  return {text_, 29};
}

}  // namespace weir::server
