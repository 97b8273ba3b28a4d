#include "proxy/exchange_machine.h"

#include <cassert>

namespace weir::proxy {

namespace {

using http::NotRetried;
using upstream::FailureKind;

using Kinds = std::uint16_t;
constexpr Kinds kind(FailureKind one) {
  return static_cast<Kinds>(1U << static_cast<unsigned>(one));
}
constexpr Kinds kAnyKind = UINT16_MAX;
constexpr Kinds kReset = kind(FailureKind::kReset);

// One row: it holds for these kinds of failure, where all of `with` and none of `without` is known.
// `why`: the words for a kGiveUp.
struct Row {
  Kinds kinds;
  Facts with;
  Facts without;
  Verdict verdict;
  NotRetried why = NotRetried::kNone;
};

// The decision table. Read from the top; the first row that holds decides.
constexpr Row kTable[] = {
    // kind     with                                           without       verdict
    // An answer that began is never begun anew and never completed.
    {kAnyKind, kAnswerBegun, 0, Verdict::kCut},
    // A kept-alive connection died unseen: not its endpoint's failure, and once per exchange not
    // worth a retry.
    {kReset, kReused | kAgainLeft | kReplayable, kSent, Verdict::kAgain},
    {kReset, kReused | kAgainLeft | kReplayable | kRepeatable, 0, Verdict::kAgain},
    // What may not be tried again: not asked for, perhaps already carried out, or no longer there.
    {kAnyKind, 0, kListed, Verdict::kGiveUp, NotRetried::kNotListed},
    {kAnyKind, kSent, kRepeatable, Verdict::kGiveUp, NotRetried::kMethod},
    {kAnyKind, 0, kReplayable, Verdict::kGiveUp, NotRetried::kBody},
    // What is used up.
    {kAnyKind, kSent, kTriesLeft, Verdict::kGiveUp, NotRetried::kAttempts},
    {kAnyKind, 0, kTriesLeft, Verdict::kGiveUp, NotRetried::kEndpoints},
    {kAnyKind, 0, kBudget, Verdict::kGiveUp, NotRetried::kBudget},
    // A retry.
    {kAnyKind, kOther, 0, Verdict::kElsewhere},
    {kAnyKind, 0, 0, Verdict::kRepeat},
};

// The row that decides: the last one holds for everything.
const Row& row_of(FailureKind failure, Facts facts) {
  const Row* row = kTable;
  while ((row->kinds & kind(failure)) == 0 || (facts & row->with) != row->with ||
         (facts & row->without) != 0) {
    ++row;
  }
  return *row;
}

// Where each state may go.
constexpr unsigned bit(Upload state) { return 1U << static_cast<unsigned>(state); }
constexpr unsigned bit(Download state) { return 1U << static_cast<unsigned>(state); }

[[maybe_unused]] constexpr unsigned kUploadNext[] = {
    /* kKeeping */ bit(Upload::kKept) | bit(Upload::kPassing) | bit(Upload::kStopped),
    /* kKept    */ bit(Upload::kWhole) | bit(Upload::kStopped),
    /* kPassing */ bit(Upload::kWhole) | bit(Upload::kKeeping) | bit(Upload::kStopped),
    /* kWhole   */ bit(Upload::kKept) | bit(Upload::kStopped),
    /* kStopped */ 0,
};

constexpr unsigned kEnds = bit(Download::kDone) | bit(Download::kGone);
constexpr unsigned kLeases = bit(Download::kConnecting) | bit(Download::kAwaiting);
constexpr unsigned kRetries = bit(Download::kPicking) | bit(Download::kBackoff);
[[maybe_unused]] constexpr unsigned kDownloadNext[] = {
    /* kPicking    */ bit(Download::kQueued) | kLeases | kEnds,
    /* kQueued     */ kLeases | kEnds,
    /* kConnecting */ bit(Download::kAwaiting) | kRetries | kEnds,
    /* kAwaiting   */ bit(Download::kAnswering) | bit(Download::kTunnel) | kRetries | kEnds,
    /* kAnswering  */ kEnds,
    /* kBackoff    */ bit(Download::kPicking) | kEnds,
    /* kTunnel     */ bit(Download::kGone),
    /* kDone       */ bit(Download::kGone),
    /* kGone       */ 0,
};

}  // namespace

Verdict decide(FailureKind failure, Facts facts) { return row_of(failure, facts).verdict; }

NotRetried why_given_up(FailureKind failure, Facts facts) { return row_of(failure, facts).why; }

void ExchangeMachine::go(Upload next) {
  assert((kUploadNext[static_cast<unsigned>(upload_)] & bit(next)) != 0);
  upload_ = next;
}

void ExchangeMachine::go(Download next) {
  assert((kDownloadNext[static_cast<unsigned>(download_)] & bit(next)) != 0);
  download_ = next;
}

Actions ExchangeMachine::start_sending() {
  go(Download::kAwaiting);
  bool whole = upload_ == Upload::kKept;
  go(whole ? Upload::kWhole : Upload::kPassing);
  return whole ? kSendHead | kSendKept | kSendEnd : kSendHead | kSendKept;
}

// The exchange is over: what is held goes, then the responder is told.
Actions ExchangeMachine::finish(Actions actions) {
  if (holds_lease() && (actions & kGiveBack) == 0) actions |= kDrop;
  go(Download::kDone);
  if (upload_ != Upload::kStopped) go(Upload::kStopped);
  return actions | kForget;
}

Actions ExchangeMachine::on_queued() {
  if (download_ == Download::kPicking) go(Download::kQueued);
  return kNothing;
}

Actions ExchangeMachine::on_leased(bool connected) {
  if (!picks()) return kNothing;
  if (connected) return start_sending();
  go(Download::kConnecting);
  return kNothing;
}

Actions ExchangeMachine::on_no_endpoint() {
  return picks() ? finish(kTellFail) : Actions{kNothing};
}

Actions ExchangeMachine::on_connected() {
  return download_ == Download::kConnecting ? start_sending() : Actions{kNothing};
}

Actions ExchangeMachine::on_waited() {
  if (download_ != Download::kBackoff) return kNothing;
  go(Download::kPicking);
  return kPick;
}

Actions ExchangeMachine::on_body() {
  if (upload_ == Upload::kPassing) return kPass;
  return upload_ == Upload::kKeeping ? kKeep : kNothing;
}

Actions ExchangeMachine::on_body_end() {
  if (upload_ == Upload::kPassing) {
    go(Upload::kWhole);
    return kSendEnd;
  }
  if (upload_ == Upload::kKeeping) go(Upload::kKept);
  return kNothing;
}

Actions ExchangeMachine::on_upload_stalled() {
  if (download_ == Download::kAnswering && upload_ != Upload::kStopped) go(Upload::kStopped);
  return kNothing;
}

Actions ExchangeMachine::on_interim() {
  return download_ == Download::kAwaiting ? kPass : kNothing;
}

Actions ExchangeMachine::on_head() {
  if (download_ != Download::kAwaiting) return kNothing;
  go(Download::kAnswering);
  return kPass;
}

Actions ExchangeMachine::on_answer_body() {
  return download_ == Download::kAnswering ? kPass : kNothing;
}

Actions ExchangeMachine::on_answer_end(bool flushed) {
  if (download_ != Download::kAnswering) return kNothing;
  // A backend that answered without reading the request to its end would take the rest for another
  // request.
  bool reusable = upload_ == Upload::kWhole && flushed;
  return finish(reusable ? kGiveBack | kTellEnd : kDrop | kTellEnd);
}

Actions ExchangeMachine::on_switch() {
  // With a part of the request still to come, nobody knows where the new protocol would begin.
  if (download_ != Download::kAwaiting || upload_ != Upload::kWhole) return kNothing;
  go(Download::kTunnel);
  go(Upload::kStopped);
  return kForget | kHandOver;
}

Facts ExchangeMachine::complete(Facts facts) const {
  if (download_ == Download::kAnswering) facts |= kAnswerBegun;
  if (repeatable_) facts |= kRepeatable;
  if (!again_used_) facts |= kAgainLeft;
  bool left =
      (facts & kSent) != 0 ? attempts_used_ + 1 < attempts_ : endpoints_used_ + 1 < endpoints_;
  if (left) facts |= kTriesLeft;
  return facts;
}

Actions ExchangeMachine::on_failed(Verdict verdict, Facts facts) {
  if (!holds_lease()) return kNothing;
  if (download_ == Download::kAnswering) verdict = Verdict::kCut;
  if (verdict == Verdict::kGiveUp || verdict == Verdict::kCut) return finish(kTellFail);
  if (upload_ == Upload::kPassing) go(Upload::kKeeping);
  if (upload_ == Upload::kWhole) go(Upload::kKept);
  if (verdict == Verdict::kAgain) {
    again_used_ = true;
    go(Download::kPicking);
    return kDrop | kPickSame;
  }
  ++((facts & kSent) != 0 ? attempts_used_ : endpoints_used_);
  // The first retry is at once: most failures are one endpoint's. Later ones give the pool time.
  bool wait = ++retries_ > 1;
  go(wait ? Download::kBackoff : Download::kPicking);
  return wait ? kDrop | kWait : kDrop | kPick;
}

Actions ExchangeMachine::on_route_late() {
  return download_ >= Download::kAnswering && download_ != Download::kBackoff ? Actions{kNothing}
                                                                              : finish(kTellFail);
}

Actions ExchangeMachine::on_detach() {
  if (download_ == Download::kGone) return kNothing;
  Actions actions = holds_lease() ? kDrop | kForget : kForget;
  go(Download::kGone);
  if (upload_ != Upload::kStopped) go(Upload::kStopped);
  return actions;
}

}  // namespace weir::proxy
