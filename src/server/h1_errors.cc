// Errors in H1Exchange: answers that weir makes itself, and those of backends that it replaces.

#include "base/ascii.h"
#include "http/accept.h"
#include "http/error_page.h"
#include "http/upgrade.h"
#include "server/error_pages.h"
#include "server/h1_exchange.h"
#include "server/proxy_status.h"

namespace weir::server {

using http::Framing;
using http::Name;
using http::Reason;

namespace {

// A body of a backend that is up to so long is read past, so that its connection can be kept.
constexpr std::uint64_t kReadPastMax = 64 * 1024;

}  // namespace

void H1Exchange::fail(const http::Failure& failure) {
  if (answered()) return;
  request_.record.reason = failure.reason;
  if (work_ != nullptr) work_->detach();
  if (answer_ == Answer::kBegun) return cut(failure.reason);
  service_.stats().rejected[static_cast<std::size_t>(failure.reason)].add();
  http::ResponseHead answer;
  answer.status = failure.status;
  auto page = error_body(answer);
  if (!failure.allow.empty()) answer.fields.add(arena_, "Allow", failure.allow);
  if (failure.reason == Reason::kUpgradeVersion) {
    answer.fields.add(arena_, "Sec-WebSocket-Version", http::kWebSocketVersion);
  }
  if (failure.retry_after_s != 0) {
    char* text = arena_.take(20);
    char* end = base::write_decimal(text, failure.retry_after_s);
    answer.fields.add(arena_, "Retry-After", {text, static_cast<std::size_t>(end - text)});
  }
  if (tells_proxy_status())
    answer.fields.add(arena_, "Proxy-Status", proxy_status_of(failure.reason));
  head_and_body(answer, page);
}

// The page of an error, whose fields go into its head: the configured one, else the built-in one,
// as the client's Accept has it.
base::Bytes H1Exchange::error_body(http::ResponseHead& answer) {
  base::Bytes body;
  std::string_view type;
  const ErrorPage* page =
      target_->error_pages == nullptr ? nullptr : target_->error_pages->find(answer.status);
  if (page != nullptr) {
    body = page->body;
    type = page->type;
  } else {
    bool json = http::prefers_json(request_.head.fields);
    body = json ? http::error_json(answer.status, arena_) : http::error_page(answer.status, arena_);
    type = json ? http::kErrorJsonType : http::kErrorPageType;
    answer.fields.add(arena_, "Vary", "Accept");
  }
  answer.framing = Framing::kLength;
  answer.content_length = body.size();
  answer.fields.add(arena_, "Content-Type", type);
  return body;
}

bool H1Exchange::tells_proxy_status() const {
  ProxyStatus whom = options_->proxy_status;
  return whom == ProxyStatus::kOn || (whom == ProxyStatus::kTrusted && request_.peer.trusted);
}

// Puts a page in the place of a backend's answer.
void H1Exchange::replace(const http::ResponseHead& theirs) {
  http::ResponseHead answer;
  answer.status = theirs.status;
  auto page = error_body(answer);
  // Without these a status says too little (RFC 9110 sections 11.6.1, 10.2.1, 10.2.3).
  for (const http::Field& field : theirs.fields) {
    bool goes_on = field.id == Name::kAllow || field.id == Name::kRetryAfter ||
                   (field.id == Name::kOther && base::equal_nocase(field.name, "WWW-Authenticate"));
    if (goes_on) answer.fields.add(arena_, field.name, field.value);
  }
  if (tells_proxy_status()) {
    char digits[20];
    char* end = base::write_decimal(digits, theirs.status);
    answer.fields.add(
        arena_, "Proxy-Status",
        arena_.join({"weir; received-status=", {digits, static_cast<std::size_t>(end - digits)}}));
  }
  head(answer);
  body(page);
  bool is_short = !http::may_have_body(theirs.status, request_.head.method) ||
                  theirs.framing == Framing::kNone ||
                  (theirs.framing == Framing::kLength && theirs.content_length <= kReadPastMax);
  if (!is_short) return end(nullptr);
  // What comes of theirs is let go by body(), and end() has nothing to add.
  framing_ = Framing::kNone;
}

// An answer of weir's own.
void H1Exchange::head_and_body(const http::ResponseHead& answer, base::Bytes page) {
  head(answer);
  body(page);
  end(nullptr);
}

}  // namespace weir::server
