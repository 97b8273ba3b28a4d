#include "exchange_world.h"

namespace weir::proxy {

using upstream::FailureKind;

std::vector<Event> all_events() {
  std::vector<Event> events;
  for (int what = Event::kLeased; what <= Event::kDetach; ++what) {
    if (what != Event::kFailed) events.push_back({static_cast<Event::What>(what)});
  }
  constexpr Facts kOfHandler = kSent | kReplayable | kReused | kListed | kBudget | kOther;
  for (unsigned kind = 0; kind < static_cast<unsigned>(FailureKind::kCount); ++kind) {
    for (Facts facts = 0; facts <= kAllFacts; ++facts) {
      if ((facts & ~kOfHandler) != 0) continue;
      events.push_back({Event::kFailed, static_cast<FailureKind>(kind), facts});
    }
  }
  return events;
}

Actions World::tell(const Event& event) {
  switch (event.what) {
    case Event::kLeased:
      return machine.on_leased(false);
    case Event::kLeasedConnected:
      return machine.on_leased(true);
    case Event::kNoEndpoint:
      return machine.on_no_endpoint();
    case Event::kQueued:
      return machine.on_queued();
    case Event::kConnected:
      return machine.on_connected();
    case Event::kWaited:
      return machine.on_waited();
    case Event::kBody:
      return machine.on_body();
    case Event::kBodyEnd:
      return machine.on_body_end();
    case Event::kUploadStalled:
      return machine.on_upload_stalled();
    case Event::kInterim:
      return machine.on_interim();
    case Event::kHead:
      return machine.on_head();
    case Event::kSwitch:
      return machine.on_switch();
    case Event::kAnswerBody:
      return machine.on_answer_body();
    case Event::kAnswerEnd:
      return machine.on_answer_end(true);
    case Event::kAnswerEndUnflushed:
      return machine.on_answer_end(false);
    case Event::kRouteLate:
      return machine.on_route_late();
    case Event::kDetach:
      return machine.on_detach();
    case Event::kFailed:
      break;
  }
  Facts facts = machine.complete(event.facts);
  Verdict verdict = decide(event.kind, facts);
  // The handler passes an answer of a listed status on where it is not tried again.
  if (event.kind == FailureKind::kStatus && verdict == Verdict::kGiveUp) return machine.on_head();
  return machine.on_failed(verdict, facts);
}

std::string World::account(Actions actions, const Event& event) {
  bool drops = (actions & (kDrop | kGiveBack)) != 0;
  if ((actions & kDrop) != 0 && (actions & kGiveBack) != 0) return "dropped and given back";
  if (drops && leases == 0) return "a lease let go that was not held";
  if ((actions & kGiveBack) != 0 && ends_sent == 0) return "given back with the request not whole";
  if ((actions & kHandOver) != 0) {
    if (leases == 0 || drops) return "handed over what is not held";
    if (ends_sent == 0) return "handed over with the request not whole";
    if (heads != 0 || told != 0) return "handed over after the answer began";
    leases = 0;
    ++handed;
  }
  if (handed > 0 && (actions & ~(kForget | kHandOver)) != 0) return "meddled with a tunnel";
  if (drops) leases = heads_sent = ends_sent = 0;
  if ((actions & kForget) != 0) armed = false;
  if ((actions & kSendHead) != 0 && (leases == 0 || ++heads_sent > 1)) return "head sent astray";
  if ((actions & kSendKept) != 0 && heads_sent != 1) return "body before the head";
  if ((actions & kSendEnd) != 0 && (heads_sent != 1 || ++ends_sent > 1)) return "end sent astray";
  bool body = event.what == Event::kBody;
  if (body && (actions & kPass) != 0 && (heads_sent != 1 || ends_sent != 0)) return "body astray";
  if (!body && (actions & kPass) != 0 && told != 0) return "something passed on after the end";
  if ((actions & kPass) != 0 && event.what == Event::kInterim && heads != 0) return "late interim";
  bool head = event.what == Event::kHead || event.what == Event::kFailed;
  if (head && (actions & kPass) != 0 && ++heads > 1) return "two final heads";
  if ((actions & (kPick | kPickSame)) != 0) {
    if (leases != 0) return "picked with a lease in hand";
    if (heads != 0 || told != 0) return "picked after the answer began";
    if (harmed) return "sent twice what may not be";
  }
  if ((actions & (kTellEnd | kTellFail)) != 0 && ++told > 1) return "told the end twice";
  if ((actions & kTellEnd) != 0 && heads == 0) return "an end without a head";
  return {};
}

std::string World::happen(const Event& event, bool repeatable) {
  // Only an answer's head has a status.
  if (event.what == Event::kFailed && event.kind == FailureKind::kStatus &&
      machine.download() != Download::kAwaiting) {
    return {};
  }
  bool was_over = machine.over();
  auto before = machine;
  // A lease is got where one is asked for, not otherwise.
  bool leases_now =
      machine.picks() && (event.what == Event::kLeased || event.what == Event::kLeasedConnected);
  if (leases_now) ++leases;
  if (event.what == Event::kFailed && machine.holds_lease() && !repeatable &&
      (event.facts & kSent) != 0) {
    harmed = true;
  }
  Actions actions = tell(event);
  if (auto problem = account(actions, event); !problem.empty()) return problem;
  if (was_over && event.what != Event::kDetach && (actions != kNothing || before != machine)) {
    return "something happened after the end";
  }
  if (left && actions != kNothing) return "something happened after the leave";
  if (event.what == Event::kDetach) left = true;
  armed = armed || (!machine.over() && machine.download() != Download::kPicking);
  if (machine.over() && armed) return "a deadline outlives the exchange";
  if (leases != (machine.holds_lease() ? 1 : 0))
    return "the books and the machine differ on leases";
  if (machine.download() == Download::kDone && told != 1) return "done, and nobody was told";
  return {};
}

}  // namespace weir::proxy
