#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/arena.h"
#include "base/list.h"
#include "base/pinned.h"
#include "base/ref.h"
#include "base/retire.h"
#include "cache/coalescer.h"
#include "cache/fill.h"
#include "cache/fill_rules.h"
#include "http/handler.h"
#include "net/turn.h"

namespace weir::cache {

// One fill being brought: an exchange of its own with the origin, by a copy of the request that
// caused it, whose leaving ends nothing. What comes within a turn is given on at its end, as one
// block. Owned by its coalescer's list, frees itself when it was retired. One thread.
class FillExchange final : public http::Responder,
                           public http::BodySource,
                           public net::Deferred,
                           public base::Retirable,
                           public base::ListHook<FillExchange, struct OfCoalescer> {
 public:
  FillExchange(Coalescer& worker, const FillRoute& route, const FillWish& wish, FillRef fill);

  // Asks the origin. `cause` has entered; null: nobody waits for it.
  void begin(FillReader* cause);
  // Gives on what has come, goes on where it waited for readers, ends where nobody is left for whom
  // it would go on.
  void settle();
  // Ends it, cut.
  void abandon();

  // Of whom caused it: takes bytes again; has left, `was_passing`: what came went to it alone.
  void resume();
  void on_cause_left(bool was_passing);

  void interim(const http::ResponseHead& head) override;
  void head(const http::ResponseHead& head) override;
  void upgrade(const http::ResponseHead& head) override;
  void shut_down() override {}
  http::Flow body(base::Bytes bytes) override;
  void end(const http::Fields* trailers) override;
  void fail(const http::Failure& failure) override;
  // The request has no body.
  void resume_body() override {}
  void on_turn_end() override;
  void dispose() override;

 private:
  enum class Stage : std::uint8_t {
    kAsking,    // no final head yet
    kAgain,     // to be asked anew, at the end of the turn
    kSharing,   // by the fill
    kPassing,   // to the cause alone
    kDropping,  // answered by a stored response; what comes is read so that the connection stays
    kOver
  };
  enum class Ending : std::uint8_t { kNone, kWhole, kCut };

  void ask();
  void share(const http::ResponseHead& head, const Terms& terms);
  void pass(const http::ResponseHead& head, bool by_request);
  void answer(EntryRef entry, unsigned origin_status);
  void fail_before_head(const http::Failure& failure);
  FillReader* part_from_cause();
  // Makes a block of what came.
  void give_on();
  [[nodiscard]] bool is_wanted() const;
  void outgrow();
  void complete();
  // Nothing comes from here on, and nobody is told anything that was not said.
  void finish();
  void tell_tries();

  Coalescer& worker_;
  base::Ref<const base::Pinned> pin_;
  Fills& fills_;
  FillRules& rules_;
  http::Handler& origin_;
  const std::size_t window_;
  FillRef fill_;
  base::Arena arena_;
  http::Request request_;
  FillOrder order_;
  http::WorkPtr work_;             // gone before what it uses
  FillReader* cause_ = nullptr;    // null: left, or there is none
  std::vector<base::Bytes> came_;  // in this turn
  std::size_t came_size_ = 0;
  std::uint64_t size_ = 0;  // of the body so far
  std::uint64_t promised_ = 0;
  std::size_t room_ = 0;  // taken from the zone's
  bool sized_ = false;    // `promised_` says how long the body is
  bool narrow_ = false;
  bool paused_ = false;
  Stage stage_ = Stage::kAsking;
  Ending ending_ = Ending::kNone;
};

}  // namespace weir::cache
