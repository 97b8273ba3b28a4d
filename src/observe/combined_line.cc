#include "observe/combined_line.h"

#include <algorithm>

#include "observe/secrets.h"

namespace weir::observe {
namespace {

// What else stands in a line: time (26), status (3), bytes (20), version (9), and what is between.
constexpr std::size_t kRest = 128;

void put_value(LogText& line, std::string_view value, std::size_t text_max) {
  if (value.empty()) {
    line.raw('-');
  } else {
    line.escaped(value.substr(0, text_max));
  }
}

}  // namespace

CombinedLine::CombinedLine(const Logged& exchange)
    : address_(exchange.request.client.empty() ? exchange.request.peer.address
                                               : exchange.request.client),
      method_(exchange.request.head.method_text),
      target_(exchange.request.head.target),
      referer_(exchange.request.head.fields.value(http::Name::kReferer)),
      agent_(exchange.request.head.fields.value(http::Name::kUserAgent)),
      time_(exchange.time.local(exchange.now)),
      version_(exchange.request.head.version),
      status_(exchange.request.record.status),
      bytes_(exchange.request.record.body_bytes_out) {
  // A target that was taken has no userinfo: no Host may have one.
  if (exchange.request.head.has_query) target_ = masked(target_, Secrets::kUri, exchange.scratch);
  if (!referer_.empty()) referer_ = masked(referer_, Secrets::kUri, exchange.scratch);
}

std::size_t CombinedLine::size_max(std::size_t text_max) const {
  std::size_t texts = 0;
  for (std::string_view text : {address_, method_, target_, referer_, agent_}) {
    texts += std::min(text.size(), text_max);
  }
  return kRest + texts * LogText::kEscapeGrowth;
}

void CombinedLine::put(LogText& line, std::size_t text_max) const {
  put_value(line, address_, text_max);
  line.raw(" - - [").raw(time_).raw("] \"");
  put_value(line, method_, text_max);
  if (!method_.empty()) {
    line.raw(' ').escaped(target_.substr(0, text_max));
    line.raw(version_ == http::Version::kHttp10 ? " HTTP/1.0" : " HTTP/1.1");
  }
  // Three digits always, as nginx.
  unsigned status = status_ % 1000;
  line.raw("\" ").raw(static_cast<char>('0' + status / 100));
  line.raw(static_cast<char>('0' + status / 10 % 10)).raw(static_cast<char>('0' + status % 10));
  line.raw(' ').number(bytes_).raw(" \"");
  put_value(line, referer_, text_max);
  line.raw("\" \"");
  put_value(line, agent_, text_max);
  line.raw("\"\n");
}

}  // namespace weir::observe
