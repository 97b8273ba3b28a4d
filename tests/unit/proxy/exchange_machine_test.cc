#include "proxy/exchange_machine.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <deque>
#include <random>
#include <set>

#include "exchange_world.h"

namespace weir::proxy {

using upstream::FailureKind;

namespace {

constexpr FailureKind kKinds[] = {FailureKind::kConnect,   FailureKind::kConnectTimeout,
                                  FailureKind::kReset,     FailureKind::kTimeout,
                                  FailureKind::kMalformed, FailureKind::kStatus,
                                  FailureKind::kLocal,     FailureKind::kCut};

// Everything that speaks for a retry.
constexpr Facts kBest = kRepeatable | kReplayable | kListed | kTriesLeft | kBudget | kOther;

// Calls visit(kind, facts) for every cell of the table.
template <class Visit>
void each_cell(Visit visit) {
  for (FailureKind kind : kKinds) {
    for (Facts facts = 0; facts <= kAllFacts; ++facts) visit(kind, facts);
  }
}

bool is_retry(Verdict verdict) { return verdict >= Verdict::kAgain; }

}  // namespace

TEST_CASE("a try that fails before the answer is tried elsewhere when everything allows it") {
  for (FailureKind kind : kKinds) {
    CHECK(decide(kind, kBest) == Verdict::kElsewhere);
    CHECK(decide(kind, kBest | kSent) == Verdict::kElsewhere);
  }
}

TEST_CASE("each thing that speaks against a retry is enough to give up") {
  for (Facts one : {kReplayable, kListed, kTriesLeft, kBudget}) {
    for (FailureKind kind : kKinds) {
      CHECK(decide(kind, static_cast<Facts>(kBest & ~one)) == Verdict::kGiveUp);
    }
  }
}

TEST_CASE("a POST is not retried once a byte of it was sent, and is before") {
  constexpr Facts kPost = kBest & ~kRepeatable;
  for (FailureKind kind : kKinds) {
    CHECK(decide(kind, kPost | kSent) == Verdict::kGiveUp);
    CHECK(decide(kind, kPost) == Verdict::kElsewhere);
  }
}

TEST_CASE("each refusal is told by what would change it, what is not to be changed first") {
  using http::NotRetried;
  constexpr FailureKind kReset = FailureKind::kReset;
  constexpr Facts kPost = kBest & ~kRepeatable;
  CHECK(why_given_up(kReset, kBest & ~kListed) == NotRetried::kNotListed);
  CHECK(why_given_up(kReset, kPost | kSent) == NotRetried::kMethod);
  CHECK(why_given_up(kReset, kPost & ~kReplayable) == NotRetried::kBody);
  CHECK(why_given_up(kReset, kSent | (kBest & ~kReplayable)) == NotRetried::kBody);
  CHECK(why_given_up(kReset, kSent | (kBest & ~kTriesLeft)) == NotRetried::kAttempts);
  CHECK(why_given_up(kReset, kBest & ~kTriesLeft) == NotRetried::kEndpoints);
  CHECK(why_given_up(kReset, kBest & ~kBudget) == NotRetried::kBudget);
  CHECK(why_given_up(kReset, kSent & ~kListed) == NotRetried::kNotListed);
}

TEST_CASE("the table as a whole: what is given up has its reason, and nothing else has") {
  each_cell([](FailureKind kind, Facts facts) {
    CHECK((decide(kind, facts) == Verdict::kGiveUp) ==
          (why_given_up(kind, facts) != http::NotRetried::kNone));
  });
}

TEST_CASE("a retry goes to an endpoint already tried only for want of another") {
  CHECK(decide(FailureKind::kTimeout, kBest & ~kOther) == Verdict::kRepeat);
}

TEST_CASE("a dead kept-alive connection costs nothing, once") {
  constexpr Facts kDead = kReused | kAgainLeft | kReplayable;
  CHECK(decide(FailureKind::kReset, kDead) == Verdict::kAgain);
  CHECK(decide(FailureKind::kReset, kDead | kSent | kRepeatable) == Verdict::kAgain);
  CHECK(decide(FailureKind::kReset, kDead | kSent) == Verdict::kGiveUp);
  CHECK(decide(FailureKind::kReset, kDead & ~kReplayable) == Verdict::kGiveUp);
  CHECK(decide(FailureKind::kReset, (kBest | kDead) & ~kAgainLeft) == Verdict::kElsewhere);
  CHECK(decide(FailureKind::kTimeout, kBest | kDead) == Verdict::kElsewhere);
}

TEST_CASE("the table as a whole: an answer that began is cut, nothing else is") {
  each_cell([](FailureKind kind, Facts facts) {
    CHECK((decide(kind, facts) == Verdict::kCut) == ((facts & kAnswerBegun) != 0));
  });
}

TEST_CASE("the table as a whole: whatever is sent again may be sent again") {
  each_cell([](FailureKind kind, Facts facts) {
    Verdict verdict = decide(kind, facts);
    if (!is_retry(verdict)) return;
    CHECK((facts & kReplayable) != 0);
    CHECK(((facts & kSent) == 0 || (facts & kRepeatable) != 0));
    if (verdict == Verdict::kAgain) {
      CHECK(kind == FailureKind::kReset);
      CHECK((facts & kReused) != 0);
    } else {
      CHECK((facts & kBudget) != 0);
      CHECK((facts & kTriesLeft) != 0);
      CHECK(draws_on_budget(verdict));
    }
  });
}

TEST_CASE("failed connects are bounded by the endpoints, tries that sent bytes by the attempts") {
  ExchangeMachine machine(2, 3, true);
  for (int i = 0; i < 2; ++i) {
    machine.on_leased(false);
    Facts facts = machine.complete(kReplayable | kListed | kBudget | kOther);
    REQUIRE(decide(FailureKind::kConnect, facts) == Verdict::kElsewhere);
    machine.on_failed(Verdict::kElsewhere, facts);
    machine.on_waited();
  }
  machine.on_leased(false);
  CHECK((machine.complete(0) & kTriesLeft) == 0);
  CHECK((machine.complete(kSent) & kTriesLeft) != 0);
  machine.on_connected();
  machine.on_failed(Verdict::kElsewhere, machine.complete(kSent));
  machine.on_waited();
  machine.on_leased(true);
  CHECK((machine.complete(kSent) & kTriesLeft) == 0);
}

TEST_CASE("the first retry is at once, later ones wait") {
  ExchangeMachine machine(5, 5, true);
  machine.on_leased(true);
  CHECK(machine.on_failed(Verdict::kElsewhere, kSent) == (kDrop | kPick));
  machine.on_leased(true);
  CHECK(machine.on_failed(Verdict::kElsewhere, kSent) == (kDrop | kWait));
  CHECK(machine.on_waited() == kPick);
}

TEST_CASE(
    "an exchange that waits in the queue keeps its body, and goes on as one that was picked") {
  for (bool connected : {false, true}) {
    ExchangeMachine machine(2, 2, true);
    CHECK(machine.on_queued() == kNothing);
    CHECK(machine.download() == Download::kQueued);
    CHECK(machine.picks());
    CHECK(!machine.holds_lease());
    CHECK(machine.on_body() == kKeep);
    CHECK(machine.on_waited() == kNothing);
    CHECK(machine.on_failed(Verdict::kElsewhere, kSent) == kNothing);
    Actions actions = machine.on_leased(connected);
    if (!connected) actions = machine.on_connected();
    CHECK(actions == (kSendHead | kSendKept));
    CHECK(machine.on_queued() == kNothing);
    CHECK(machine.download() == Download::kAwaiting);
  }
}

TEST_CASE(
    "the wait in the queue ends with nobody in time, at the route's deadline, or by a leave") {
  ExchangeMachine machine(2, 2, true);
  machine.on_queued();
  ExchangeMachine late = machine;
  ExchangeMachine left = machine;
  CHECK(machine.on_no_endpoint() == (kForget | kTellFail));
  CHECK(late.on_route_late() == (kForget | kTellFail));
  CHECK(left.on_detach() == kForget);
}

TEST_CASE("beginning again for a dead connection counts as no try and no retry") {
  ExchangeMachine machine(1, 1, true);
  machine.on_leased(true);
  CHECK(machine.on_failed(Verdict::kAgain, kSent) == (kDrop | kPickSame));
  CHECK(machine.retries() == 0);
  CHECK((machine.complete(0) & kAgainLeft) == 0);
}

TEST_CASE("a body that comes before the connection is kept, sent behind the head, and sent again") {
  ExchangeMachine machine(2, 2, true);
  machine.on_leased(false);
  CHECK(machine.on_body() == kKeep);
  CHECK(machine.on_connected() == (kSendHead | kSendKept));
  CHECK(machine.on_body() == kPass);
  CHECK(machine.on_body_end() == kSendEnd);
  machine.on_failed(Verdict::kElsewhere, kSent);
  CHECK(machine.upload() == Upload::kKept);
  CHECK(machine.on_leased(true) == (kSendHead | kSendKept | kSendEnd));
}

TEST_CASE("a connection is given back only when the request was whole and has left") {
  for (bool whole : {false, true}) {
    for (bool flushed : {false, true}) {
      ExchangeMachine machine(2, 2, true);
      machine.on_leased(true);
      if (whole) machine.on_body_end();
      machine.on_head();
      Actions actions = machine.on_answer_end(flushed);
      CHECK(((actions & kGiveBack) != 0) == (whole && flushed));
      CHECK((actions & kTellEnd) != 0);
    }
  }
}

TEST_CASE("an upload that stalls beside an answer is given up, and the answer goes on") {
  ExchangeMachine machine(2, 2, true);
  machine.on_leased(true);
  machine.on_head();
  machine.on_upload_stalled();
  CHECK(machine.on_body() == kNothing);
  CHECK(machine.on_body_end() == kNothing);
  CHECK(machine.on_answer_body() == kPass);
  CHECK(machine.on_answer_end(true) == (kDrop | kForget | kTellEnd));
}

TEST_CASE("a 101 to a whole request ends the exchange and hands everything over to a tunnel") {
  ExchangeMachine machine(2, 2, true);
  machine.on_leased(true);
  CHECK(machine.on_switch() == kNothing);
  machine.on_body_end();
  CHECK(machine.on_switch() == (kForget | kHandOver));
  CHECK(machine.over());
  CHECK_FALSE(machine.holds_lease());
  CHECK(machine.on_route_late() == kNothing);
  CHECK(machine.on_failed(Verdict::kElsewhere, kSent) == kNothing);
  CHECK(machine.on_detach() == kForget);
}

TEST_CASE("a 101 behind an answer's head is none") {
  ExchangeMachine machine(2, 2, true);
  machine.on_leased(true);
  machine.on_body_end();
  machine.on_head();
  CHECK(machine.on_switch() == kNothing);
  CHECK(machine.on_answer_body() == kPass);
}

TEST_CASE("every event in every reachable state keeps the promises") {
  std::size_t states = 0;
  std::string problem;
  auto events = all_events();
  for (bool repeatable : {false, true}) {
    World first;
    first.machine = ExchangeMachine(2, 2, repeatable);
    std::set<World> seen{first};
    std::deque<World> todo{first};
    while (!todo.empty() && problem.empty()) {
      World at = todo.front();
      todo.pop_front();
      for (const Event& event : events) {
        World next = at;
        problem = next.happen(event, repeatable);
        if (!problem.empty()) {
          INFO("event ", static_cast<int>(event.what), " download ",
               static_cast<int>(at.machine.download()), " upload ",
               static_cast<int>(at.machine.upload()));
          CHECK(problem == "");
          break;
        }
        if (seen.insert(next).second) todo.push_back(next);
      }
    }
    states += seen.size();
    CHECK(std::any_of(seen.begin(), seen.end(), [](const World& at) { return at.handed == 1; }));
    // From each state the leave ends it all.
    for (World world : seen) {
      if (world.left) continue;
      CHECK(world.happen({Event::kDetach}, repeatable) == "");
      CHECK(world.leases == 0);
      CHECK(!world.armed);
    }
  }
  MESSAGE("reachable states: ", states);
  CHECK(states > 100);
  CHECK(states < 10'000);
}

TEST_CASE("a storm of events keeps the promises") {
  const char* given = std::getenv("WEIR_SEED");
  auto seed = given != nullptr ? static_cast<unsigned>(std::strtoul(given, nullptr, 10))
                               : std::random_device{}();
  MESSAGE("seed (WEIR_SEED replays it): ", seed);
  std::mt19937 random(seed);
  auto events = all_events();
  for (int run = 0; run < 5'000; ++run) {
    bool repeatable = random() % 2 == 0;
    auto attempts = static_cast<unsigned>(1 + random() % 5);
    auto endpoints = static_cast<unsigned>(1 + random() % 5);
    World world;
    world.machine = ExchangeMachine(attempts, endpoints, repeatable);
    unsigned tries = 0;
    for (int step = 0; step < 200 && !world.left; ++step) {
      // Half of the events are drawn from those that are no failures.
      std::size_t plain = Event::kDetach;
      std::size_t index = random() % (random() % 2 == 0 ? plain : events.size());
      if (world.machine.picks() && events[index].what < Event::kNoEndpoint) ++tries;
      REQUIRE(world.happen(events[index], repeatable) == "");
    }
    // Once for the dead connection, the others as they are bounded.
    REQUIRE(tries <= attempts + endpoints);
  }
}

}  // namespace weir::proxy
