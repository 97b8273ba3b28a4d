#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "base/arena.h"
#include "base/ascii.h"
#include "http/fields.h"

namespace weir::http {

// One name=value of a query or of a Cookie field; views of what was received.
struct Pair {
  std::string_view name;
  std::string_view value;
  bool has_value = false;  // a "=" stands behind the name
};

// The pair that a piece between two separators is.
inline Pair pair_of(std::string_view piece) {
  auto equals = piece.find('=');
  if (equals == std::string_view::npos) return {piece, {}, false};
  return {piece.substr(0, equals), piece.substr(equals + 1), true};
}

// Calls visit(Pair) for each parameter of a query ("a=1&b"), in order and still encoded, until it
// says true; whether it did.
template <class Visit>
bool each_parameter(std::string_view query, Visit visit) {
  while (!query.empty()) {
    auto piece = query.substr(0, query.find('&'));
    if (!piece.empty() && visit(pair_of(piece))) return true;
    query.remove_prefix(std::min(piece.size() + 1, query.size()));
  }
  return false;
}

// Calls visit(Pair) for each cookie of a request (RFC 6265 section 4.2.1), over all of its Cookie
// fields, in order, until it says true; whether it did. Values keep their quotes.
template <class Visit>
bool each_cookie(const Fields& fields, Visit visit) {
  for (const Field& line : fields) {
    if (line.id != Name::kCookie) continue;
    std::string_view rest = line.value;
    while (!rest.empty()) {
      auto piece = rest.substr(0, rest.find(';'));
      auto pair = base::trim(piece);
      if (!pair.empty() && visit(pair_of(pair))) return true;
      rest.remove_prefix(std::min(piece.size() + 1, rest.size()));
    }
  }
  return false;
}

// Decodes a name or value of a query as forms are encoded (WHATWG URL, section 5.1): %XX is a byte,
// "+" a blank, and a "%" without two hexadecimal digits is itself. Writes at `to`, which has room
// for text.size(); returns one past the last.
char* decode_form(char* to, std::string_view text);

// use(decoded text) of a name or value of a query; what use says. Memory of `arena` is taken only
// where something is encoded, and given back.
template <class Use>
bool with_decoded(std::string_view text, base::Arena& arena, Use use) {
  if (text.find_first_of("%+") == std::string_view::npos) return use(text);
  char* to = arena.take(text.size());
  auto size = static_cast<std::size_t>(decode_form(to, text) - to);
  bool result = use(std::string_view(to, size));
  arena.trim(text.size(), 0);
  return result;
}

}  // namespace weir::http
