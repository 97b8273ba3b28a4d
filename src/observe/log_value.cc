#include "observe/log_value.h"

#include <algorithm>

#include "base/ascii.h"

namespace weir::observe {
namespace {

// Variables whose text may hold the secrets of others.
struct Holder {
  std::string_view name;
  Secrets secrets;
};
constexpr Holder kHolders[] = {
    {"request", Secrets::kRequestLine},
    {"request_uri", Secrets::kUri},
    {"args", Secrets::kQuery},
    {"query_string", Secrets::kQuery},
    {"http_referer", Secrets::kUri},
    {"sent_http_location", Secrets::kUri},
    {"sent_http_content_location", Secrets::kUri},
};

Secrets secrets_in(std::string_view name) {
  for (const Holder& holder : kHolders) {
    if (base::equal_nocase(holder.name, name)) return holder.secrets;
  }
  return Secrets::kNone;
}

// The values of all tries as one text.
std::string_view joined(const LogValue& value, const Logged& exchange) {
  constexpr std::string_view kSeparator = ", ";
  auto texts = value.of_tries(exchange);
  if (texts.empty()) return {};
  if (texts.size() == 1) return texts[0];
  std::size_t size = (texts.size() - 1) * kSeparator.size();
  for (std::string_view& text : texts) {
    if (text.empty()) text = "-";
    size += text.size();
  }
  char* to = exchange.scratch.take(size);
  char* at = to;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (i > 0) at = std::copy(kSeparator.begin(), kSeparator.end(), at);
    at = std::copy(texts[i].begin(), texts[i].end(), at);
  }
  return {to, size};
}

}  // namespace

std::optional<LogValue> LogValue::find(std::string_view name) {
  LogValue found;
  found.log_ = http::find_variable(log_variables(), name);
  if (found.log_ == nullptr) found.request_ = http::find_variable(http::request_variables(), name);
  if (found.log_ != nullptr) {
    found.suffix_ = http::suffix_of(found.log_->name, name);
  } else if (found.request_ != nullptr) {
    found.suffix_ = http::suffix_of(found.request_->name, name);
  } else {
    return std::nullopt;
  }
  found.secrets_ = secrets_in(name);
  return found;
}

std::string_view LogValue::text(const Logged& exchange) const {
  if (is_list()) return joined(*this, exchange);
  return log_ != nullptr ? log_->value(exchange, suffix_)
                         : request_->value(exchange.request, suffix_, exchange.scratch);
}

std::span<std::string_view> LogValue::of_tries(const Logged& exchange) const {
  const http::Record& record = exchange.request.record;
  auto* texts = exchange.scratch.array<std::string_view>(record.attempts);
  const http::Try* one = &record.last_try;
  for (std::size_t i = record.attempts; i > 0; --i, one = one->before) {
    texts[i - 1] = log_->of_try(exchange, *one);
  }
  return {texts, record.attempts};
}

}  // namespace weir::observe
