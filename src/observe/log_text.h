#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/clock.h"

namespace weir::observe {

// Appends text to memory of a fixed size, as far as it fits; the rest is left out. It never
// allocates. Escapes as nginx's logs do (ngx_http_log_escape): '"', '\', control bytes and those
// above 0x7e become \xXX, so that no byte of a client can end a line or a quoted value.
class LogText {
 public:
  // `memory` outlives the text; at most `size` bytes of it are used.
  LogText(char* memory, std::size_t size) : begin_(memory), at_(memory), end_(memory + size) {}

  // As it is: text of weir itself.
  LogText& raw(std::string_view text);
  LogText& raw(char c);
  // Text that came from outside, escaped. A byte's escape is written whole or not at all.
  LogText& escaped(std::string_view text);
  LogText& number(std::uint64_t value);

  [[nodiscard]] std::size_t size() const { return static_cast<std::size_t>(at_ - begin_); }
  [[nodiscard]] std::string_view view() const { return {begin_, size()}; }

  // Escaped text is at most as many times as long.
  static constexpr std::size_t kEscapeGrowth = 4;

 private:
  [[nodiscard]] std::size_t room() const { return static_cast<std::size_t>(end_ - at_); }

  char* begin_;
  char* at_;
  char* end_;
};

// The wall clock as log lines show it, in local time, made once a second. One thread.
class LogTime {
 public:
  // nginx's $time_local ("24/Nov/2026:16:00:00 +0000"). `now` is monotonic and says when to look at
  // the wall clock again. Valid until the next call.
  std::string_view get(base::Stamp now);

 private:
  base::Stamp valid_until_ = 0;
  std::size_t size_ = 0;
  char text_[40] = {};
};

// Writes the time of the wall clock as nginx's error log has it ("2026/11/24 16:00:00").
void put_time(LogText& text);

}  // namespace weir::observe
