#include "upstream/probe.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace weir::upstream {

namespace {

// A deadline that the loop met so much later was missed by weir, not by the endpoint: what has come
// meanwhile is read first.
constexpr base::Stamp kLate = 100'000'000;
constexpr base::Stamp kGrace = 20'000'000;

// Of a text that was looked for, as far as a log line shows it.
constexpr std::size_t kShownMax = 40;

std::string_view failure_text(net::StreamError error) {
  switch (error) {
    case net::StreamError::kRefused:
      return "refused";
    case net::StreamError::kConnect:
      return "cannot connect";
    case net::StreamError::kNoDescriptors:
      return "no descriptor left";
    case net::StreamError::kNoPorts:
      return "no local port left";
    case net::StreamError::kNoMemory:
      return "no memory for a socket";
    case net::StreamError::kReset:
    case net::StreamError::kOther:
      break;
  }
  return "reset";
}

}  // namespace

std::string probe_request(const Endpoint& endpoint, const HealthCheckOptions& options) {
  std::string_view host = options.host;
  if (host.empty()) {
    // A unix socket has no host; nginx says this one.
    host = endpoint.socket_address().family() == AF_UNIX ? std::string_view("localhost")
                                                         : endpoint.text();
  }
  std::string request(http::text_of(options.method));
  request.append(" ").append(options.path).append(" HTTP/1.1\r\nHost: ").append(host);
  request.append("\r\nUser-Agent: weir-health\r\nAccept: */*\r\nConnection: close\r\n");
  if (options.method == http::Method::kPost) request.append("Content-Length: 0\r\n");
  return request.append("\r\n");
}

void Probe::start(net::Connector& connector, const Endpoint& endpoint,
                  const HealthCheckOptions& options, ProbeEvents& events) {
  events_ = &events;
  options_ = options;
  late_ = found_ = false;
  read_ = 0;
  tail_.clear();
  if (!options.tcp) {
    request_ = probe_request(endpoint, options);
    arena_.reset();
    parser_.reset_response(arena_, limits_, options.method);
  }
  due_ = base::after(turns_.now(), options.timeout);
  deadline_.set(due_);
  stream_ = connector.connect(endpoint.socket_address(), *this);
}

void Probe::on_connected() {
  if (options_.tcp) return end({});
  stream_->write(request_);
}

void Probe::on_bytes(base::Bytes bytes) {
  read_ += bytes.size();
  for (;;) {
    switch (parser_.next(bytes)) {
      case http::H1Step::kMore:
        if (read_ < kBytesMax) return;
        return parser_.head_done() ? judge() : fail("malformed");
      case http::H1Step::kHead: {
        unsigned status = parser_.response().status;
        // Nobody asked for an upgrade.
        bool interim = status < 200 && status != 101;
        if (!interim && !expected(status)) return fail("status " + std::to_string(status));
        break;
      }
      case http::H1Step::kBody:
        search(parser_.piece());
        break;
      case http::H1Step::kEnd:
        return judge();
      case http::H1Step::kError:
        return fail("malformed");
    }
  }
}

bool Probe::expected(unsigned status) const {
  return std::any_of(options_.expect.begin(), options_.expect.end(), [&](const StatusRange& range) {
    return status >= range.first && status <= range.last;
  });
}

void Probe::search(base::Bytes piece) {
  const std::string& text = options_.body;
  if (text.empty() || found_) return;
  std::size_t keep = text.size() - 1;
  // It may begin in the piece before, or in several.
  tail_.append(piece.substr(0, keep));
  found_ = tail_.find(text) != std::string::npos || piece.find(text) != base::Bytes::npos;
  if (piece.size() > keep) tail_ = piece.substr(piece.size() - keep);
  if (tail_.size() > keep) tail_.erase(0, tail_.size() - keep);
}

void Probe::judge() {
  if (options_.body.empty() || found_) return end({});
  std::string shown = options_.body.substr(0, kShownMax);
  if (shown.size() < options_.body.size()) shown += "...";
  fail("body without '" + shown + "'");
}

void Probe::on_end() {
  if (parser_.finish() == http::H1Step::kEnd) return judge();
  fail(parser_.head_done() ? "answer cut short" : "closed without an answer");
}

void Probe::on_error(net::StreamError error) {
  std::string text(failure_text(error));
  if (net::is_local(error)) return end({ProbeResult::Kind::kUnknown, std::move(text)});
  fail(std::move(text));
}

void Probe::on_deadline(net::Deadline&) {
  base::Stamp now = turns_.now();
  if (!late_ && now - due_ > kLate) {
    late_ = true;
    return deadline_.set(now + kGrace);
  }
  fail("timeout");
}

void Probe::end(const ProbeResult& result) {
  deadline_.clear();
  stream_.reset();
  events_->on_probe_end(result);
}

}  // namespace weir::upstream
