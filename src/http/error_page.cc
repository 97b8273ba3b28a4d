#include "http/error_page.h"

#include <cstring>

#include "base/ascii.h"
#include "http/message.h"

namespace weir::http {

std::string_view error_page(unsigned status, base::Arena& arena) {
  constexpr std::string_view kHead = "<html>\r\n<head><title>";
  constexpr std::string_view kMiddle = "</title></head>\r\n<body>\r\n<center><h1>";
  constexpr std::string_view kEnd =
      "</h1></center>\r\n<hr><center>weir</center>\r\n</body>\r\n</html>\r\n";
  std::string_view reason = reason_of(status);
  constexpr std::size_t kNumberRoom = 20;
  std::size_t room =
      kHead.size() + kMiddle.size() + kEnd.size() + 2 * (reason.size() + kNumberRoom + 1);
  char* begin = arena.take(room);
  char* to = begin;
  auto put = [&to](std::string_view text) {
    if (!text.empty()) std::memcpy(to, text.data(), text.size());
    to += text.size();
  };
  auto put_title = [&] {
    to = base::write_decimal(to, status);
    if (!reason.empty()) put(" ");
    put(reason);
  };
  put(kHead);
  put_title();
  put(kMiddle);
  put_title();
  put(kEnd);
  auto size = static_cast<std::size_t>(to - begin);
  arena.trim(room, size);
  return {begin, size};
}

std::string_view error_json(unsigned status, base::Arena& arena) {
  char digits[20];
  char* end = base::write_decimal(digits, status);
  std::string_view number(digits, static_cast<std::size_t>(end - digits));
  return arena.join({"{\"status\": ", number, ", \"error\": \"", reason_of(status), "\"}\n"});
}

}  // namespace weir::http
