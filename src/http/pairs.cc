#include "http/pairs.h"

namespace weir::http {

char* decode_form(char* to, std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '+') c = ' ';
    if (c == '%' && i + 2 < text.size()) {
      int high = base::hex_value(text[i + 1]);
      int low = base::hex_value(text[i + 2]);
      if (high >= 0 && low >= 0) {
        c = static_cast<char>(high * 16 + low);
        i += 2;
      }
    }
    *to++ = c;
  }
  return to;
}

}  // namespace weir::http
