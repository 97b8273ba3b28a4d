// The part of ProxyWork that waits: which deadlines run, and what follows when one passes.

#include <utility>

#include "proxy/proxy_handler.h"
#include "proxy/proxy_work.h"
#include "upstream/pool.h"

namespace weir::proxy {

using http::Phase;
using upstream::FailureKind;

void ProxyWork::on_deadline(net::Deadline&) {
  base::Stamp at = now();
  for (Wait wait; (wait = deadlines_.take_due(at)) != Wait::kNone;) on_overdue(wait);
}

void ProxyWork::on_overdue(Wait wait) {
  switch (wait) {
    case Wait::kProgress:
      return on_answer_overdue();
    case Wait::kWrite:
      return on_write_overdue();
    case Wait::kContinue:
      if (!std::exchange(continued_, true)) {
        http::ResponseHead head;
        head.status = 100;
        responder_->interim(head);
      }
      return;
    case Wait::kTry:
      return on_try_overdue();
    case Wait::kRoute:
      request_->record.timed_out = Phase::kRoute;
      failure_ = {504, http::Reason::kRouteTimeout, 0, {}};
      return act(machine_.on_route_late());
    case Wait::kNone:
      return;
  }
}

void ProxyWork::on_answer_overdue() {
  switch (machine_.download()) {
    case Download::kQueued:
      return on_queue_overdue();
    case Download::kConnecting:
      return fail_late(FailureKind::kConnectTimeout, Phase::kUpstreamConnect);
    case Download::kBackoff:
      return act(machine_.on_waited());
    case Download::kAwaiting:
      break;
    case Download::kAnswering:
      return fail_late(FailureKind::kCut, Phase::kUpstreamRead);
    case Download::kPicking:
    case Download::kTunnel:
    case Download::kDone:
    case Download::kGone:
      return;
  }
  bool sent = machine_.upload() == Upload::kWhole && lease_->unsent() == 0;
  if (sent) return fail_late(FailureKind::kTimeout, Phase::kUpstreamFirstByte);
  // The backend has not got the request yet, and is not to be blamed: the session watches over a
  // client that sends nothing, timeouts.write over a backend that takes nothing.
  deadlines_.set(Wait::kProgress, base::after(now(), options_.timeouts.first_byte));
  if (!deadlines_.armed(Wait::kWrite)) watch_writing();
}

void ProxyWork::on_write_overdue() {
  if (lease_->unsent() == 0 || lease_->sent() != sent_seen_) return watch_writing();
  if (machine_.download() != Download::kAnswering) {
    return fail_late(FailureKind::kTimeout, Phase::kUpstreamWrite);
  }
  machine_.on_upload_stalled();
  resume_body();
}

void ProxyWork::on_try_overdue() {
  // All that came of the request has left: it is the client who is late.
  bool starved = machine_.upload() == Upload::kPassing && lease_->unsent() == 0;
  if (starved) return watch_try();
  fail_late(FailureKind::kTimeout, Phase::kUpstreamTry);
}

void ProxyWork::watch_try() {
  base::Duration whole = options_.retry.per_try_timeout;
  if (whole.count() != 0) deadlines_.set(Wait::kTry, base::after(now(), whole));
}

// What was written in this turn has left by now, as far as the kernel took it.
void ProxyWork::on_turn_end() { watch_writing(); }

void ProxyWork::watch_writing() {
  if (!machine_.holds_lease() || machine_.upload() == Upload::kStopped) return;
  const upstream::UpstreamTimeouts& timeouts = options_.timeouts;
  sent_seen_ = lease_->sent();
  deadlines_.set(Wait::kWrite,
                 lease_->unsent() == 0 ? base::kNever : base::after(now(), timeouts.write));
  if (machine_.download() == Download::kAwaiting) {
    deadlines_.set(Wait::kProgress, base::after(now(), timeouts.first_byte));
  }
}

}  // namespace weir::proxy
