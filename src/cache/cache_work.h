#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "cache/cache_status.h"
#include "cache/control.h"
#include "cache/delivery.h"
#include "cache/fill_reader.h"
#include "cache/intake.h"
#include "cache/stats.h"
#include "http/handler.h"
#include "net/turn.h"

namespace weir::cache {

class CacheHandler;

// One exchange beside a store: answers it from there, or has the next handler answer it and takes
// the answer down. Between the session on one side and, where it asks, the next handler's work on
// the other. Owned by the session while in use, else by its handler's free list. One thread.
class CacheWork final : public http::Work,
                        public http::Responder,
                        public FillEvents,
                        public net::Deferred {
 public:
  // The handler must outlive it.
  explicit CacheWork(CacheHandler& handler) : handler_(handler) {}

  // Makes it new for this exchange. It holds on to both until detach().
  void start(http::Request& request, http::Responder& responder);

  void begin() override;
  http::Flow on_body(base::Bytes bytes) override;
  void on_body_end(const http::Fields* trailers) override;
  void on_writable() override;
  void detach() override;
  void dispose() override;

  void interim(const http::ResponseHead& head) override;
  void head(const http::ResponseHead& head) override;
  void upgrade(const http::ResponseHead& head) override;
  void shut_down() override;
  http::Flow body(base::Bytes bytes) override;
  void end(const http::Fields* trailers) override;
  void fail(const http::Failure& failure) override;

  void on_fill_interim(const http::ResponseHead& head) override;
  void on_fill_head(const http::ResponseHead& head, const Terms* terms) override;
  http::Flow on_fill_body(base::Bytes bytes) override;
  void on_fill_end(const http::Fields* trailers) override;
  void on_fill_failed(const http::Failure& failure) override;
  void on_fill_entry(const EntryRef& entry, unsigned origin_status) override;
  void on_fill_released(Released why) override;

  void on_turn_end() override;

 private:
  // What becomes of what the next handler says.
  enum class Step : std::uint8_t {
    kDeliver,   // nothing: the client is answered from the store, or by the cache itself
    kPass,      // it goes on as it is
    kAsk,       // its head is waited for
    kTell,      // it goes to the client, whole or the part it asked for, and is taken down
    kSilent,    // it is taken down only: the client has all that it asked for
    kRenewed,   // 304: at its end the client is answered from the store
    kAskAgain,  // of no use: it is asked anew at the turn's end
  };

  void look_up();
  void reuse_or_ask();
  // By the next handler, and nothing of it is kept.
  void pass(Went why);
  // As the client asked, or for the whole response, or whether what is stored is still good.
  enum class How : std::uint8_t { kAsReceived, kWhole };
  void ask(Went why, How how);
  void ask_origin(How how);
  // By a fill, or none any more.
  bool join_fill();
  void ask_alone();
  // At the turn's end, since the next handler is on the stack.
  void ask_again(How how);
  void begin_next();
  void drop_next();
  void restore_fields();

  // From the store.
  void answer(Result result, const Handled& handled);
  void answer_for_error(unsigned origin_status);
  void refuse();
  [[nodiscard]] bool may_answer_for(unsigned origin_status) const;
  [[nodiscard]] Seconds ttl_of(const Terms& terms) const;

  // From the next handler.
  void pass_head(const http::ResponseHead& head);
  void take_renewal(const http::ResponseHead& head);
  void take_answer(const http::ResponseHead& head);
  void compare_with_head(const http::ResponseHead& head);
  void tell(const http::ResponseHead& head, const http::Fields& extra);
  bool tell_less(const http::ResponseHead& head, const http::Fields& extra);
  void go_silent();
  http::Flow tell_body(base::Bytes bytes);
  void store_answer();

  // Age (where there is one), Cache-Status and X-Cache, as the route has them.
  http::Fields extra_of(const Handled& handled, std::optional<Seconds> age = std::nullopt);
  void count(Result result);

  CacheHandler& handler_;
  http::Request* request_ = nullptr;
  http::Responder* responder_ = nullptr;  // null: detached
  http::WorkPtr next_;
  EntryRef entry_;  // that was found, or renewed; null: none
  std::string_view key_;
  RequestControl asked_;
  http::Fields own_fields_;                 // the client's, while others are sent
  const http::Fields* trailers_ = nullptr;  // of the request
  Intake intake_;
  Delivery delivery_;
  FillReader reader_{*this};
  std::uint64_t skip_ = 0;  // bytes of the answer before the part that is told
  std::uint64_t left_ = 0;  // of that part
  Step step_ = Step::kDeliver;
  How again_ = How::kWhole;  // of ask_again()
  Went went_ = Went::kNot;
  bool next_live_ = false;    // next_ has not ended and was not detached
  bool swapped_ = false;      // own_fields_ are not in the request
  bool whole_asked_ = false;  // the client's conditions were kept back: they are for us to judge
  bool validating_ = false;   // the origin was asked whether entry_ is good
  bool in_part_ = false;      // skip_ and left_ count
  bool kept_ = true;          // what comes is stored, or may be for all that is known
  bool read_past_ = false;    // what nobody wants of the answer: it is short
  bool body_ended_ = false;   // of the request
  bool counted_ = false;
};

}  // namespace weir::cache
