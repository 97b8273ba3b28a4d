#pragma once

#include <cstdint>

#include "http/failure.h"
#include "upstream/stats.h"

namespace weir::proxy {

// What is known of a failed try, as bits; the columns of the decision table. Those marked (machine)
// are added by ExchangeMachine::complete, the others by whoever saw the failure.
using Facts = std::uint16_t;
enum Fact : Facts {
  kAnswerBegun = 1 << 0,  // the final head went on to the client (machine)
  kSent = 1 << 1,         // a byte of this try reached the kernel
  kRepeatable = 1 << 2,   // the request may be carried out twice (YAML: retry.methods) (machine)
  kReplayable = 1 << 3,   // all that came of the request's body is still held
  kReused = 1 << 4,       // the connection was idle before, and not a byte of an answer came on it
  kAgainLeft =
      1 << 5,  // the exchange has not yet begun again for a dead kept-alive connection (machine)
  kListed = 1 << 6,  // the kind of failure is in retry.on
  kTriesLeft =
      1 << 7,  // of retry.attempts where bytes were sent, else of the pool's endpoints (machine)
  kBudget = 1 << 8,  // the retry budget allows one more
  kOther = 1 << 9,   // an endpoint that was not tried yet is available
  kAllFacts = (1 << 10) - 1,
};

// What becomes of an exchange whose try failed.
enum class Verdict : std::uint8_t {
  kGiveUp,     // tell the client: an error reply, or the answer itself where only its status was at
               // fault
  kCut,        // the answer began: the client's connection is cut visibly
  kAgain,      // the same endpoint once more, on a fresh connection, at no cost
  kElsewhere,  // a retry on another endpoint
  kRepeat,     // a retry on an endpoint already tried, for want of another
};

// The decision table (DESIGN: Retries). Pure and total.
Verdict decide(upstream::FailureKind kind, Facts facts);

// Why decide(kind, facts) is kGiveUp; kNone where it is not.
http::NotRetried why_given_up(upstream::FailureKind kind, Facts facts);

// The verdict is a retry, which draws on the budget.
constexpr bool draws_on_budget(Verdict verdict) { return verdict >= Verdict::kElsewhere; }

// The way of the request toward the backend.
enum class Upload : std::uint8_t {
  kKeeping,  // no connection takes it yet: what comes is kept
  kKept,     // the same, and the request is whole
  kPassing,  // the head was given to the connection, the body follows as it comes
  kWhole,    // all of it was given to the connection
  kStopped,  // nothing more is sent; what still comes is thrown away
};

// The way of the answer, and of the try that is to bring it. A lease is held from kConnecting to
// kAnswering.
enum class Download : std::uint8_t {
  kPicking,     // an endpoint is to be chosen
  kQueued,      // all are full: waiting for one that has a place; no lease
  kConnecting,  // the lease's connection is being made
  kAwaiting,    // the request is under way; no final head yet
  kAnswering,   // the final head went on to the client
  kBackoff,     // waiting before a later retry; no lease
  kTunnel,      // the protocol is another one: the lease is the tunnel's
  kDone,        // the answer ended, or its failure was told
  kGone,        // abandoned by the client's side; the last state, also behind kDone
};

// What is to be done now, in the order of the bits.
using Actions = std::uint16_t;
enum Action : Actions {
  kNothing = 0,
  kGiveBack = 1 << 0,   // the lease: its connection may carry another exchange
  kDrop = 1 << 1,       // the lease: its connection is closed
  kForget = 1 << 2,     // the exchange is over: every deadline cleared, the kept body let go
  kSendHead = 1 << 3,   // the request's head, to the connection
  kSendKept = 1 << 4,   // what was kept of the body
  kSendEnd = 1 << 5,    // the end of the request
  kKeep = 1 << 6,       // the body bytes at hand
  kPass = 1 << 7,       // what is at hand, to the other side
  kPick = 1 << 8,       // choose an endpoint, lease a connection
  kPickSame = 1 << 9,   // lease a fresh connection to the endpoint of the failed try
  kWait = 1 << 10,      // arm the backoff
  kTellEnd = 1 << 11,   // to the responder; last
  kTellFail = 1 << 12,  // to the responder; last
  kHandOver = 1 << 13,  // the lease and the responder, to a tunnel; last
};

// The life of one exchange: upload and download as two small machines, and the tries they have used
// up. Pure: it has no socket, no clock and no chance in it. Each event says what is to be done; an
// event that means nothing in the present state (it came late) changes nothing and asks for
// nothing. A plain value.
class ExchangeMachine {
 public:
  ExchangeMachine() = default;
  // `attempts`: tries that may send bytes, `endpoints`: tries that may fail before they sent any,
  // `repeatable`: the request may be carried out twice.
  ExchangeMachine(unsigned attempts, unsigned endpoints, bool repeatable)
      : attempts_(attempts), endpoints_(endpoints), repeatable_(repeatable) {}

  [[nodiscard]] bool repeatable() const { return repeatable_; }

  [[nodiscard]] Upload upload() const { return upload_; }
  [[nodiscard]] Download download() const { return download_; }
  // An endpoint is to be chosen, now or when it is this one's turn.
  [[nodiscard]] bool picks() const { return download_ <= Download::kQueued; }
  [[nodiscard]] bool holds_lease() const {
    return download_ >= Download::kConnecting && download_ <= Download::kAnswering;
  }
  // Nothing more will be told to the responder, but by a tunnel.
  [[nodiscard]] bool over() const { return download_ >= Download::kTunnel; }
  // Retries that were begun; beginning again for a dead kept-alive connection is none.
  [[nodiscard]] unsigned retries() const { return retries_; }

  // Each endpoint is full, and the exchange waits for a place.
  Actions on_queued();
  // Picking ended, be it in the queue: with a lease whose connection is already made or not, or
  // with nobody to try, or none in time.
  Actions on_leased(bool connected);
  Actions on_no_endpoint();
  // The leased connection is made.
  Actions on_connected();
  // The backoff is over.
  Actions on_waited();

  // Bytes of the request's body came; the request is whole.
  Actions on_body();
  Actions on_body_end();
  // The upload has stalled beside an answer that has begun: it is given up, the answer goes on.
  Actions on_upload_stalled();

  // A 1xx head, the final head, body bytes and the end of the answer. `flushed`: what was sent has
  // left.
  Actions on_interim();
  Actions on_head();
  Actions on_answer_body();
  Actions on_answer_end(bool flushed);
  // The answer is the right 101 to a request for another protocol.
  Actions on_switch();

  // `facts` with what the machine knows.
  [[nodiscard]] Facts complete(Facts facts) const;
  // The try failed (or its status is listed); `verdict` was decided on `facts`.
  Actions on_failed(Verdict verdict, Facts facts);
  // The route's own deadline passed.
  Actions on_route_late();
  // The session takes its leave.
  Actions on_detach();

  bool operator==(const ExchangeMachine&) const = default;
  // clang-tidy 14 takes the 0 inside of it for a null pointer.
  auto operator<=>(const ExchangeMachine&) const = default;  // NOLINT(modernize-use-nullptr)

 private:
  void go(Upload next);
  void go(Download next);
  Actions start_sending();
  Actions finish(Actions actions);

  Upload upload_ = Upload::kKeeping;
  Download download_ = Download::kPicking;
  unsigned attempts_ = 1;
  unsigned endpoints_ = 1;
  unsigned attempts_used_ = 0;   // failed tries that sent bytes
  unsigned endpoints_used_ = 0;  // failed tries that sent none
  unsigned retries_ = 0;
  bool repeatable_ = false;
  bool again_used_ = false;
};

}  // namespace weir::proxy
