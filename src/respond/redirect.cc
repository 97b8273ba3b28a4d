#include "respond/redirect.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <string>
#include <utility>

#include "http/error_page.h"
#include "respond/answer.h"

namespace weir::respond {
namespace {

constexpr std::array<unsigned, 5> kStatuses = {301, 302, 303, 307, 308};

// A Location is a URI reference (RFC 3986): no blanks, no control characters.
bool is_outside_uris(char c) { return (c >= 0 && c <= 0x20) || c == 0x7f; }

}  // namespace

base::Result<base::Done> check(const RedirectOptions& options) {
  if (std::find(kStatuses.begin(), kStatuses.end(), options.status) == kStatuses.end()) {
    return base::Error{"a redirect is 301, 302, 303, 307 or 308, not " +
                       std::to_string(options.status)};
  }
  if (options.to.empty()) return base::Error{"a redirect wants a place to go to"};
  if (std::any_of(options.to.begin(), options.to.end(), is_outside_uris)) {
    return base::Error{"'" + options.to + "' is no URI: it holds a blank or a control character"};
  }
  auto to = http::Template::compile(options.to);
  if (!to) return to.error();
  return base::Done{};
}

Redirect::Redirect(const RedirectOptions& options) : status_(options.status) {
  auto to = http::Template::compile(options.to);
  assert(to.ok());
  if (to) to_ = std::move(to.value());
}

http::WorkPtr Redirect::take(http::Request& request, http::Responder& responder) {
  base::Arena& arena = *request.arena;
  Answer answer;
  answer.status = status_;
  answer.body = http::error_page(status_, arena);
  answer.fields.add(
      arena, {text_of(http::Name::kLocation), to_.render(request, arena), http::Name::kLocation});
  answer.fields.add(
      arena, {text_of(http::Name::kContentType), http::kErrorPageType, http::Name::kContentType});
  return give(answer, request, responder);
}

}  // namespace weir::respond
