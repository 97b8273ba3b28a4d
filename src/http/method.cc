#include "http/method.h"

#include <array>

namespace weir::http {
namespace {

constexpr std::array<std::string_view, 11> kTexts = {"GET",    "HEAD",    "POST",    "PUT",
                                                     "DELETE", "CONNECT", "OPTIONS", "TRACE",
                                                     "PATCH",  "QUERY",   "other"};

Method if_text(Method method, std::string_view token) {
  return kTexts[static_cast<std::size_t>(method)] == token ? method : Method::kOther;
}

}  // namespace

Method method_of(std::string_view token) {
  switch (token.size()) {
    case 3:
      return token[0] == 'G' ? if_text(Method::kGet, token) : if_text(Method::kPut, token);
    case 4:
      return token[0] == 'P' ? if_text(Method::kPost, token) : if_text(Method::kHead, token);
    case 5:
      if (token[0] == 'P') return if_text(Method::kPatch, token);
      return token[0] == 'Q' ? if_text(Method::kQuery, token) : if_text(Method::kTrace, token);
    case 6:
      return if_text(Method::kDelete, token);
    case 7:
      return token[0] == 'O' ? if_text(Method::kOptions, token) : if_text(Method::kConnect, token);
    default:
      return Method::kOther;
  }
}

std::string_view text_of(Method method) { return kTexts[static_cast<std::size_t>(method)]; }

bool is_safe(Method method) {
  switch (method) {
    case Method::kGet:
    case Method::kHead:
    case Method::kOptions:
    case Method::kTrace:
    case Method::kQuery:
      return true;
    default:
      return false;
  }
}

bool is_idempotent(Method method) {
  return is_safe(method) || method == Method::kPut || method == Method::kDelete;
}

}  // namespace weir::http
