#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/list.h"
#include "cache/fill.h"
#include "http/failure.h"
#include "http/flow.h"
#include "http/handler.h"
#include "net/wheel.h"

namespace weir::cache {

// Why a fill brings nothing for a request that waited for it.
enum class Released : std::uint8_t {
  kNotShared,     // its answer is for the request that caused it alone
  kFailed,        // its origin could not be asked, or broke off
  kOtherVariant,  // its answer is for requests with other fields (Vary)
  kLate           // its head did not come in time
};

// Hears what a fill brings. Order of calls: interim*, head, body*, end; or failed in place of the
// rest at any point; or entry, or released, alone and before a head. Nothing is called behind end,
// failed, entry or released, nor behind FillReader::leave(). All on the reader's thread.
class FillEvents {
 public:
  // Only to whom caused the fill.
  virtual void on_fill_interim(const http::ResponseHead& head) = 0;
  // `terms`: null where the answer is not shared, and passes as any other. Lives as long as the
  // fill.
  virtual void on_fill_head(const http::ResponseHead& head, const Terms* terms) = 0;
  // Valid until the turn ends. kPause: no more until FillReader::on_writable().
  virtual http::Flow on_fill_body(base::Bytes bytes) = 0;
  // `trailers`: of an answer that is not shared; null for none.
  virtual void on_fill_end(const http::Fields* trailers) = 0;
  virtual void on_fill_failed(const http::Failure& failure) = 0;
  // This stored response is the answer: the origin said so (304), or failed (0: it did not answer).
  virtual void on_fill_entry(const EntryRef& entry, unsigned origin_status) = 0;
  // The request has to go on by itself.
  virtual void on_fill_released(Released why) = 0;

 protected:
  ~FillEvents() = default;
};

// A request's place in a fill: takes what comes from it, as fast as its client takes that. A member
// of the work that answers the request; joins by Coalescer::join(). One thread.
class FillReader final : public base::ListHook<FillReader>, public net::DeadlineEvents {
 public:
  explicit FillReader(FillEvents& events) : events_(events) {}

  // Makes it new for this request.
  void start(http::Request& request);
  // It takes part: events will come.
  [[nodiscard]] bool joined() const { return audience_.get() != nullptr || passing_; }
  // It takes part in what others read, too.
  [[nodiscard]] bool shares() const { return audience_.get() != nullptr; }
  // The fill is its own request's. Of meaning until release().
  [[nodiscard]] bool caused() const { return caused_; }
  // The client takes bytes again.
  void on_writable();
  // No event comes from here on; what came is held until release(). Idempotent; legal inside any
  // event.
  void leave();
  // What came has left.
  void release();

  void on_deadline(net::Deadline& deadline) override;

 private:
  friend class Audience;
  friend class Coalescer;
  friend class FillExchange;

  // Takes part in a fill of this worker's coalescer. `filler`: it causes it; else null.
  void enter(Coalescer& worker, FillRef fill, AudienceRef audience, FillExchange* filler);
  // There may be something new.
  void on_fill() {
    if (!paused_) take();
  }
  // True: it was told, and takes part.
  bool take_head(Fill::State state);
  void take();
  // Everything was given, and nothing more will come.
  void finish(Fill::State state);
  void quit_audience();
  // What comes from here on is for this request alone, directly from its filler.
  void pass() {
    quit_audience();
    passing_ = true;
  }
  [[nodiscard]] std::size_t position() const { return position_; }

  FillEvents& events_;
  std::optional<net::Deadline> patience_;  // until a head
  Coalescer* worker_ = nullptr;
  http::Request* request_ = nullptr;
  FillRef fill_;
  AudienceRef audience_;            // null: not in one
  FillExchange* filler_ = nullptr;  // of whom caused the fill, while it goes on
  std::size_t position_ = 0;        // blocks read
  unsigned joins_ = 0;              // since start()
  bool caused_ = false;
  bool passing_ = false;
  bool has_head_ = false;
  bool paused_ = false;
};

}  // namespace weir::cache
