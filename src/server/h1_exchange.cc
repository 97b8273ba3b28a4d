#include "server/h1_exchange.h"

#include <algorithm>
#include <utility>

#include "base/ascii.h"
#include "http/error_page.h"
#include "http/h1_writer.h"
#include "http/upgrade.h"
#include "server/client_address.h"
#include "server/h1_session.h"

namespace weir::server {

using http::Reason;

H1Exchange::H1Exchange(Service& service)
    : service_(service), write_deadline_(service.wheel(), *this) {}

void H1Exchange::open(H1Session& session, base::Stamp now) {
  session_ = &session;
  pin_options();
  request_ = http::Request{};
  request_.peer = session.peer();
  request_.client = request_.peer.address;
  request_.arena = &arena_;
  request_.body = this;
  request_.record.started = now;
  parser_.reset_request(arena_, service_.head_limits());
  set_cookie_ = {};
  body_in_ = body_left_ = 0;
  upload_ = Upload::kHead;
  answer_ = Answer::kNone;
  framing_ = http::Framing::kNone;
  keep_alive_ = true;
  body_here_ = false;
  counted_in_flight_ = is_tunnel_ = false;
}

// From here on no reload touches it: routes, handlers and bounds are these.
void H1Exchange::pin_options() {
  options_ = service_.shared_options();
  target_ = &options_->no_route;
}

base::Bytes H1Exchange::read(base::Bytes in) {
  if (upload_ == Upload::kRaw) {
    pass_raw(in);
    return {};
  }
  while (upload_ == Upload::kHead || upload_ == Upload::kBody) {
    std::size_t before = in.size();
    http::H1Step step = parser_.next(in);
    // Counted first: the answer may come, and be logged, inside what follows.
    request_.record.bytes_in += before - in.size();
    switch (step) {
      case http::H1Step::kMore:
        return in;
      case http::H1Step::kHead:
        on_head(in.size());
        break;
      case http::H1Step::kBody:
        on_body_piece(parser_.piece());
        break;
      case http::H1Step::kEnd:
        on_request_end();
        break;
      case http::H1Step::kError:
        on_malformed();
        break;
    }
  }
  return in;
}

void H1Exchange::take_head() {
  // The head may have taken long to come.
  pin_options();
  request_.head = parser_.request();
  const http::RequestHead& head = request_.head;
  session_->site().stats.methods[static_cast<std::size_t>(head.method)].add();
  request_.client = client_address(request_.peer, head.fields, options_->trusted_proxies);
  request_.listener = session_->site().listener;
  std::string_view given_id;
  if (request_.peer.trusted) given_id = head.fields.value(http::Name::kXRequestId);
  request_.id = is_request_id(given_id) ? given_id : service_.ids().next(arena_);
}

void H1Exchange::pass_raw(base::Bytes in) {
  if (answered()) return;
  request_.record.bytes_in += in.size();
  if (work_->on_body(in) == http::Flow::kPause && !answered()) session_->pause_body();
}

void H1Exchange::end_input() {
  if (answered() || upload_ != Upload::kRaw) return;
  upload_ = Upload::kWhole;
  work_->on_body_end(nullptr);
}

// `behind`: bytes that were read behind the head.
void H1Exchange::on_head(std::size_t behind) {
  take_head();
  const http::RequestHead& head = request_.head;
  keep_alive_ = head.keep_alive;
  upload_ = Upload::kBody;
  // Nothing of the request is to come.
  body_here_ = head.framing == http::Framing::kNone ||
               (head.framing == http::Framing::kLength && head.content_length <= behind);
  route();
}

void H1Exchange::on_malformed() {
  const http::Failure& failure = parser_.failure();
  // The one refusal behind which the head is whole and valid.
  if (failure.reason == Reason::kExpectation) take_head();
  if (failure.reason == Reason::kHeaderTooLarge) service_.count_limit(Limit::kHeaderSize);
  if (failure.reason == Reason::kTooManyHeaders) service_.count_limit(Limit::kHeaders);
  if (failure.reason == Reason::kUriTooLong) service_.count_limit(Limit::kUri);
  refuse(failure);
}

// An https target is served by TLS alone, or by word of a gateway (RFC 9110 section 7.4).
bool H1Exchange::is_misdirected() const {
  std::string_view target = request_.head.target;
  return target.front() != '/' && base::equal_nocase(target.substr(0, 6), "https:") &&
         request_.peer.scheme != "https" && !request_.peer.trusted;
}

void H1Exchange::route() {
  if (is_misdirected()) return fail({421, Reason::kMisdirected, 0, {}});
  routing::Found found = options_->router->find(request_);
  if (found.kind == routing::Found::Kind::kNone) return fail_without_route();
  target_ = &branch_of(options_->routes[found.route]);
  const http::RequestHead& head = request_.head;
  bool counts_hops = head.method == http::Method::kOptions || head.method == http::Method::kTrace;
  if (counts_hops && !goes_on()) return;
  if (found.kind == routing::Found::Kind::kSlashRedirect) return redirect_to_slash();
  if (head.framing == http::Framing::kLength && head.content_length > target_->max_body) {
    service_.count_limit(Limit::kBody);
    return refuse({413, Reason::kBodyTooLarge, 0, {}});
  }
  if (head.upgrade && !wish_upgrade()) return;
  start_work(*target_);
}

// What answers in the place of a route whose requests are split.
const RouteTarget& H1Exchange::branch_of(const RouteTarget& route) {
  if (route.split == nullptr) return route;
  auto choice = route.split->choose(request_, service_.ids().draw());
  set_cookie_ = choice.set_cookie;
  return route.branches[choice.share];
}

// 405 where another method would have found a route (RFC 9110 section 15.5.6).
void H1Exchange::fail_without_route() {
  std::string_view allow = options_->router->allow(request_);
  if (allow.empty()) return fail({404, Reason::kNoRoute, 0, {}});
  fail({405, Reason::kMethodNotAllowed, 0, allow});
}

// False where the wish was refused.
bool H1Exchange::wish_upgrade() {
  http::UpgradeWish wish = http::upgrade_wish(request_.head, target_->upgrade);
  if (wish.reason == Reason::kNone) {
    request_.upgrade = wish.protocol;
    return true;
  }
  fail({http::status_of(wish.reason), wish.reason, 0, {}});
  return false;
}

void H1Exchange::start_work(const RouteTarget& target) {
  target.stats->in_flight.add();
  counted_in_flight_ = true;
  work_ = target.handler->take(request_, *this);
  // A request without a body is whole by now, so that an answer given at once may keep the
  // connection.
  bool no_body =
      request_.head.framing == http::Framing::kNone ||
      (request_.head.framing == http::Framing::kLength && request_.head.content_length == 0);
  if (no_body) upload_ = Upload::kWhole;
  work_->begin();
  if (no_body && !answered()) work_->on_body_end(nullptr);
}

void H1Exchange::on_body_piece(base::Bytes piece) {
  body_in_ += piece.size();
  if (body_in_ > target_->max_body && !answered()) {
    service_.count_limit(Limit::kBody);
    return refuse({413, Reason::kBodyTooLarge, 0, {}});
  }
  // An answer that came early makes the rest of the body pointless; what is here already is read
  // past.
  if (answered() || work_ == nullptr) return;
  bool pause = work_->on_body(piece) == http::Flow::kPause;
  // What is here already is delivered all the same.
  if (pause && !body_here_ && !answered()) session_->pause_body();
}

void H1Exchange::on_request_end() {
  upload_ = Upload::kWhole;
  // No body is left that could be stopped, and reading is how a departure is seen.
  session_->resume_body();
  if (!answered() && work_ != nullptr) work_->on_body_end(parser_.trailers());
}

void H1Exchange::resume_body() {
  if (session_ != nullptr) session_->resume_body();
}

// Answers a request that is not wanted, and has the connection closed behind that.
void H1Exchange::refuse(const http::Failure& failure) {
  upload_ = Upload::kStopped;
  if (!answered()) fail(failure);
}

void H1Exchange::redirect_to_slash() {
  const http::RequestHead& head = request_.head;
  std::string_view slash = head.has_query ? "/?" : "/";
  http::ResponseHead answer;
  answer.status = 301;
  answer.framing = http::Framing::kLength;
  answer.fields.add(arena_, "Location", arena_.join({head.normal_path, slash, head.query}));
  auto page = http::error_page(301, arena_);
  answer.content_length = page.size();
  answer.fields.add(arena_, "Content-Type", http::kErrorPageType);
  head_and_body(answer, page);
}

void H1Exchange::interim(const http::ResponseHead& head) {
  if (answer_ != Answer::kNone || request_.head.version == http::Version::kHttp10) return;
  http::DownstreamFields extra;
  extra.via = head.forwarded;
  write_head_text(head, extra);
}

void H1Exchange::abandon(Reason reason) {
  if (answered()) return;
  request_.record.reason = reason;
  cut(reason);
}

void H1Exchange::time_out(http::Phase phase) {
  request_.record.timed_out = phase;
  if (is_tunnel_) return cut(Reason::kTunnelIdle);
  Reason reason =
      phase == http::Phase::kClientHeader ? Reason::kClientHeadTimeout : Reason::kClientBodyTimeout;
  refuse({408, reason, 0, {}});
}

}  // namespace weir::server
