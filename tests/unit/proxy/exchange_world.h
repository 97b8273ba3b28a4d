#pragma once

#include <string>
#include <vector>

#include "proxy/exchange_machine.h"

namespace weir::proxy {

// One thing that may happen to an exchange.
struct Event {
  enum What {
    kLeased,
    kLeasedConnected,
    kNoEndpoint,
    kQueued,
    kConnected,
    kWaited,
    kBody,
    kBodyEnd,
    kUploadStalled,
    kInterim,
    kHead,
    kSwitch,
    kAnswerBody,
    kAnswerEnd,
    kAnswerEndUnflushed,
    kFailed,
    kRouteLate,
    kDetach,
  };
  What what;
  upstream::FailureKind kind = upstream::FailureKind::kReset;  // of kFailed
  Facts facts = 0;                                             // of kFailed: those of the handler
};

// Every event there is, with every kind of failure and every set of facts.
std::vector<Event> all_events();

// A machine in a world that keeps the books its promises are about. Problems are told, not thrown.
struct World {
  ExchangeMachine machine;
  int leases = 0;       // held now
  int told = 0;         // ends and failures told to the responder
  int heads = 0;        // final heads passed on
  int handed = 0;       // leases handed over to a tunnel
  int heads_sent = 0;   // request heads given to the connection of this try
  int ends_sent = 0;    // request ends given to the connection of this try
  bool armed = false;   // some deadline is set
  bool left = false;    // detach() was called
  bool harmed = false;  // a request that may be carried out once may have been

  // Lets `event` happen; returns what went wrong, empty for nothing.
  std::string happen(const Event& event, bool repeatable);

  auto operator<=>(const World&) const = default;  // NOLINT(modernize-use-nullptr)

 private:
  Actions tell(const Event& event);
  std::string account(Actions actions, const Event& event);
};

}  // namespace weir::proxy
