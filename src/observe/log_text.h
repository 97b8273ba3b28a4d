#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace weir::observe {

// Appends text to memory of a fixed size, as far as it fits; the rest is left out. It never
// allocates.
class LogText {
 public:
  // `memory` outlives the text; at most `size` bytes of it are used.
  LogText(char* memory, std::size_t size) : begin_(memory), at_(memory), end_(memory + size) {}

  // As it is: text of weir itself.
  LogText& raw(std::string_view text);
  LogText& raw(char c) {
    if (at_ != end_) *at_++ = c;
    return *this;
  }
  // Text that came from outside, escaped as nginx's logs have it (ngx_http_log_escape): '"', '\',
  // control bytes and those above 0x7e become \xXX, so that no byte of a client can end a line or a
  // quoted value. A byte's escape is written whole or not at all.
  LogText& escaped(std::string_view text);
  // The same within a string of JSON (RFC 8259 section 7). Valid UTF-8 is written as it is; a byte
  // that is none becomes the character of its number, \u0080 to \u00ff.
  LogText& json(std::string_view text);
  LogText& number(std::uint64_t value);

  [[nodiscard]] std::size_t size() const { return static_cast<std::size_t>(at_ - begin_); }
  [[nodiscard]] std::string_view view() const { return {begin_, size()}; }

  // Escaped text is at most as many times as long.
  static constexpr std::size_t kEscapeGrowth = 4;
  static constexpr std::size_t kJsonGrowth = 6;

 private:
  void json_escape(unsigned char byte);
  [[nodiscard]] std::size_t room() const { return static_cast<std::size_t>(end_ - at_); }

  char* begin_;
  char* at_;
  char* end_;
};

}  // namespace weir::observe
