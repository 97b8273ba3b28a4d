#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/clock.h"
#include "observe/log_text.h"

namespace weir::observe {

// The wall clock as log lines show it, in local time, looked at once a second. `now` is monotonic
// and says when to look again. Texts are valid until the next call. One thread.
class LogTime {
 public:
  // nginx's $time_local ("24/Nov/2026:16:00:00 +0000").
  std::string_view local(base::Stamp now) {
    if (now >= valid_until_) look(now);
    return {local_, local_size_};
  }
  // nginx's $time_iso8601 ("2026-11-24T16:00:00+00:00").
  std::string_view iso8601(base::Stamp now) {
    if (now >= valid_until_) look(now);
    return {iso8601_, iso8601_size_};
  }
  // Milliseconds since 1970.
  std::uint64_t unix_ms(base::Stamp now) {
    if (now >= valid_until_) look(now);
    return static_cast<std::uint64_t>(now + to_wall_) / 1'000'000;
  }

 private:
  void look(base::Stamp now);

  base::Stamp valid_until_ = 0;
  std::int64_t to_wall_ = 0;  // what makes nanoseconds since 1970 of a stamp
  std::size_t local_size_ = 0;
  std::size_t iso8601_size_ = 0;
  char local_[40] = {};
  char iso8601_[40] = {};
};

// Writes the time of the wall clock as nginx's error log has it ("2026/11/24 16:00:00").
void put_time(LogText& text);

// The same as syslog's TIMESTAMP (RFC 3164 section 4.1.2: "Nov  4 16:00:00").
void put_syslog_time(LogText& text);

}  // namespace weir::observe
