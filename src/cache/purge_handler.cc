#include "cache/purge_handler.h"

#include <algorithm>
#include <string>

#include "base/ascii.h"
#include "respond/answer.h"

namespace weir::cache {
namespace {

constexpr std::string_view kForbidden = "this address may not purge\n";
constexpr std::size_t kDigits = 20;

}  // namespace

http::WorkPtr PurgeHandler::take(http::Request& request, http::Responder& responder) {
  if (request.head.method != http::Method::kOther || request.head.method_text != "PURGE")
    return next_->take(request, responder);
  const auto& from = plan_.options().purge_from;
  bool allowed = std::any_of(from.begin(), from.end(), [&request](const net::Cidr& block) {
    return block.contains(request.client);
  });
  respond::Answer answer;
  answer.status = allowed ? 200 : 403;
  answer.body = allowed ? purge(request) : kForbidden;
  std::string_view type = allowed ? "application/json" : "text/plain";
  answer.fields.add(*request.arena,
                    {text_of(http::Name::kContentType), type, http::Name::kContentType});
  return respond::give(answer, request, responder);
}

std::string_view PurgeHandler::purge(const http::Request& request) {
  base::Arena& arena = *request.arena;
  Purge purge;
  purge.by = Purge::By::kKey;
  purge.text = plan_.key(request, arena);
  char digits[kDigits];
  char* end = base::write_decimal(digits, store_.purge(purge));
  return arena.join({"{\"purged\":", {digits, static_cast<std::size_t>(end - digits)}, "}\n"});
}

}  // namespace weir::cache
