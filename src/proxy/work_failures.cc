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

bool ProxyWork::kept_alive_died(FailureKind kind) const {
  return kind == FailureKind::kReset && lease_->reused() && !lease_->answer_begun();
}

Facts ProxyWork::facts_of(FailureKind kind) const {
  Facts facts = kBudget;
  if (lease_->sent() > 0) facts |= kSent;
  if (kept_.replayable()) facts |= kReplayable;
  if (kept_alive_died(kind)) facts |= kReused;
  if (is_listed(kind, pool_.options().retry.on)) facts |= kListed;
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

// For the error log.
void ProxyWork::note_refusal(FailureKind kind, Facts facts) {
  http::NotRetried why = why_given_up(kind, facts);
  // Where it is the method, the body was not kept at all, or for a short while.
  if (why == http::NotRetried::kBody && !kept_.over()) why = http::NotRetried::kMethod;
  request_->record.not_retried = why;
}

void ProxyWork::fail(FailureKind kind) {
  if (!machine_.holds_lease()) return;
  Facts facts = 0;
  Verdict verdict = decide_on(kind, facts);
  bool blame = kind != FailureKind::kLocal && !kept_alive_died(kind);
  if (verdict != Verdict::kAgain) attempt_.count_failure(kind, now(), blame);
  // Where one connection died others may have: they are not trusted with a retry.
  fresh_ = kind == FailureKind::kReset;
  failure_ = failure_of(kind, lease_->error());
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
  fresh_ = false;
  act(machine_.on_failed(verdict, facts));
  return true;
}

}  // namespace weir::proxy
