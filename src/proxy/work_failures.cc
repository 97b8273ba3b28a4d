// The part of ProxyWork that a try's failure brings about: what is known of it, the decision, the
// books.

#include <algorithm>
#include <ctime>

#include "http/retry_after.h"
#include "proxy/proxy_handler.h"
#include "proxy/proxy_work.h"
#include "proxy/retry_rules.h"
#include "upstream/pool.h"

namespace weir::proxy {

using http::Phase;
using upstream::FailureKind;

namespace {

// A connection that was idle for less was in use until a moment ago: idle timeouts, of backends and
// of what stands between, are no shorter.
constexpr base::Stamp kMoment = 1'000'000'000;

}  // namespace

bool ProxyWork::kept_alive_died(FailureKind kind) const {
  return kind == FailureKind::kReset && lease_->reused() && !lease_->answer_begun();
}

// A kept-alive connection that dies under a request is mostly nobody's failure: an idle timeout
// crossed with the request, or its backend closed it behind an answer, which is a FIN. One that was
// in use a moment ago and is reset with a request on it is its endpoint's (docs/decisions, 0007).
bool ProxyWork::is_endpoints_failure(FailureKind kind) const {
  if (kind == FailureKind::kLocal) return false;
  if (!kept_alive_died(kind)) return true;
  return lease_->sent() > 0 && lease_->rested() < kMoment &&
         lease_->error() == net::StreamError::kReset;
}

// Idle connections to the endpoint are likely dead too: they have been idle for longer, or it
// resets what it is sent. Behind a FIN a moment after use they are not.
void ProxyWork::distrust_idle(FailureKind kind) {
  if (!kept_alive_died(kind)) return;
  if (lease_->rested() < kMoment && lease_->error() != net::StreamError::kReset) return;
  pool_.connections().close_idle(attempt_.slot());
}

Facts ProxyWork::facts_of(FailureKind kind) const {
  Facts facts = kBudget;
  if (lease_->sent() > 0) facts |= kSent;
  if (kept_.replayable()) facts |= kReplayable;
  if (kept_alive_died(kind)) facts |= kReused;
  if (is_listed(kind, options_.retry.on)) facts |= kListed;
  if (pool_.has_other(tried_, now())) facts |= kOther;
  return machine_.complete(facts);
}

// The budget is asked only where it decides, since asking takes from it.
Verdict ProxyWork::decide_on(FailureKind kind, Facts& facts) {
  if (std::find(tried_.begin(), tried_.end(), &attempt_.slot()) == tried_.end()) {
    tried_.push_back(&attempt_.slot());
  }
  facts = facts_of(kind);
  Verdict verdict = decide(kind, facts);
  if (!draws_on_budget(verdict)) {
    note_refusal(kind, facts);
    return verdict;
  }
  if (pool_.budget().take(now())) {
    attempt_.count_retry(kind);
    return verdict;
  }
  pool_.stats().retries_refused.add();
  facts = static_cast<Facts>(facts & ~kBudget);
  note_refusal(kind, facts);
  return decide(kind, facts);
}

// For the error log, and the count of bodies that were too large to be kept.
void ProxyWork::note_refusal(FailureKind kind, Facts facts) {
  http::NotRetried why = why_given_up(kind, facts);
  // Where it is the method, the body was not kept at all, or for a short while.
  if (why == http::NotRetried::kBody && !kept_.over()) why = http::NotRetried::kMethod;
  if (why == http::NotRetried::kBody) pool_.stats().bodies_over.add();
  request_->record.not_retried = why;
}

// For the access log. A try without an answer has the status that its failure means, as nginx's.
void ProxyWork::note_end_of_try(unsigned status) {
  http::Try& ended = request_->record.last_try;
  ended.ended = now();
  if (ended.status == 0) ended.status = status;
}

void ProxyWork::fail(FailureKind kind) {
  if (!machine_.holds_lease()) return;
  Facts facts = 0;
  Verdict verdict = decide_on(kind, facts);
  // Of one that begins again on the same endpoint, the fresh connection tells.
  if (verdict != Verdict::kAgain) {
    attempt_.count_failure(kind, now(), is_endpoints_failure(kind));
  }
  distrust_idle(kind);
  // Where one connection died others may have: they are not trusted with a retry.
  fresh_ = kind == FailureKind::kReset;
  failure_ = failure_of(kind, lease_->error());
  note_end_of_try(failure_.status);
  act(machine_.on_failed(verdict, facts));
}

void ProxyWork::fail_late(FailureKind kind, Phase phase) {
  request_->record.timed_out = phase;
  fail(kind);
}

bool ProxyWork::retry_for_status(const http::ResponseHead& head) {
  Facts facts = 0;
  Verdict verdict = decide_on(FailureKind::kStatus, facts);
  attempt_.count_failure(FailureKind::kStatus, now(), is_endpoints_fault(head.status));
  if (head.status == 503) {
    // A year in milliseconds fits.
    auto seconds = http::retry_after(head.fields, std::time(nullptr)).value_or(0);
    pool_.put_aside(attempt_.slot(), now(), base::Duration(seconds * 1000));
  }
  if (verdict == Verdict::kGiveUp) return false;
  note_end_of_try(head.status);
  fresh_ = false;
  act(machine_.on_failed(verdict, facts));
  return true;
}

}  // namespace weir::proxy
