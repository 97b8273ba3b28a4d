#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <vector>

#include "base/arena.h"
#include "base/list.h"
#include "base/ref.h"
#include "cache/entry.h"
#include "cache/freshness.h"
#include "cache/shard.h"
#include "http/message.h"

namespace weir::cache {

class Coalescer;
class Fill;
class FillExchange;
class FillReader;

using BlockRef = base::SharedRef<const Block>;

// Those who read a fill in one worker: the fill knows workers, not readers. The worker's thread,
// but for call().
class Audience final : public base::Shared {
 public:
  explicit Audience(Coalescer& worker) : worker_(worker) {}

  [[nodiscard]] Coalescer& worker() const { return worker_; }
  void add(FillReader& reader);
  // False: nobody is left.
  bool remove(FillReader& reader);
  // Has each of them look at the fill. They may leave meanwhile.
  void wake(Fill& fill);
  // Where the fill is narrow: says how far the slowest has come.
  void report(Fill& fill);
  // True: nobody has called since the last wake(), so a letter is due. Any thread.
  bool call() { return !called_.exchange(true); }

 private:
  friend class Fill;

  Coalescer& worker_;
  base::List<FillReader> readers_;
  std::size_t size_ = 0;
  bool waking_ = false;  // the list is not whole
  std::atomic<bool> called_{false};
  std::size_t passed_ = 0;  // by all of them; under the fill's mutex
};

using AudienceRef = base::SharedRef<Audience>;

// A response on its way from its origin into the store, as all workers share it: its filler brings
// it, readers in any worker take it from here as it comes. What waits to be read is a list of
// blocks that only grows, until the body outgrows what may be stored: then it is a window (see
// narrow()). Any thread; each call says whose it is.
class Fill final : public base::Shared {
 public:
  enum class State : std::uint8_t {
    kAsking,    // its origin was asked; no final head came yet
    kShared,    // head() is there, for everybody; the body is coming
    kWhole,     // the same, and the body has come
    kCut,       // the same, and the rest will not come
    kInstead,   // entry() answers in its place
    kReleased,  // whoever waits goes on without it
  };

  // What a reader finds.
  struct Look {
    static constexpr std::size_t kBlocks = 8;
    State state = State::kAsking;
    std::size_t count = 0;  // of `blocks`
    std::size_t left = 0;   // blocks behind those
    std::array<BlockRef, kBlocks> blocks;
  };

  // Under `key`, begun when the store gave this ticket. Where `names` are known already, by which
  // the answer will vary, `values` are those of the request that it is filled for.
  Fill(std::string key, std::uint64_t ticket, Coalescer& filler);
  void expect(std::string names, std::string values);
  ~Fill() override;

  [[nodiscard]] const std::string& key() const { return identity_.key; }
  [[nodiscard]] std::uint64_t ticket() const { return ticket_; }

  // A reader of this worker comes in; null: the fill is over or not for such a request. The
  // worker's thread, which adds the reader.
  AudienceRef join(Coalescer& worker, const http::Fields& request);
  // Such a request could join.
  [[nodiscard]] bool suits(const http::Fields& request);
  // All readers of the audience have left; it is not used again. The worker's thread.
  void leave(Audience& audience);
  // What there is behind the first `position` blocks. The worker's thread.
  [[nodiscard]] Look look(std::size_t position);
  // All readers of the audience have read so many blocks. The worker's thread, where the fill is
  // narrow.
  void passed(Audience& audience, std::size_t position);

  // Where a look found a head: none of these changes any more.
  [[nodiscard]] const http::ResponseHead& head() const { return head_; }
  [[nodiscard]] const Terms& terms() const { return terms_; }
  [[nodiscard]] const Identity& identity() const { return identity_; }
  [[nodiscard]] bool is_for(const http::Fields& request) const;
  // The filler waits for who reads. Any thread.
  [[nodiscard]] bool is_narrow() const { return window_.load(std::memory_order_relaxed) != 0; }
  // Where a look found kReleased: the answer came, and is for the request alone that caused it.
  [[nodiscard]] bool is_for_one() const { return for_one_; }
  // Where a look found kInstead; is_for() is about it then.
  [[nodiscard]] const EntryRef& entry() const { return entry_; }
  [[nodiscard]] unsigned origin_status() const { return origin_status_; }

  // All below are the filler's, on its thread. Nobody hears of it before tell().

  // The head is there, to `request`, and may be given to everybody whose request selects it.
  void share(const http::ResponseHead& head, const Terms& terms, const http::Fields& request);
  void append(BlockRef block);
  // From now on it holds `bytes` of what somebody has not read yet, and nobody joins it.
  void narrow(std::size_t bytes);
  // `origin_status`: that the origin said; 0: nothing.
  void answer(EntryRef entry, unsigned origin_status);
  // The answer is not for everybody.
  void release();
  // Nothing more comes: kWhole, or kCut behind a head, else kReleased.
  void end(bool whole);
  // There is no room for `pending` bytes more: the filler waits. Only where it is narrow.
  [[nodiscard]] bool full(std::size_t pending);
  [[nodiscard]] bool has_readers();
  [[nodiscard]] Blocks body();
  // Who hears that readers went on, or left; null: nobody any more.
  void set_filler(FillExchange* exchange);
  // The same, of the letter that says so.
  FillExchange* answer_call();
  // Calls each worker that has readers; that of `here` looks at the end of its turn.
  void tell(Coalescer& here);

 private:
  // These with the mutex held.
  [[nodiscard]] bool is_open_to(const http::Fields& request) const;
  void trim();
  void call_filler(Coalescer& here);
  [[nodiscard]] bool has_room() const { return held_ <= window_ / 2; }

  const std::uint64_t ticket_;
  Coalescer& filler_;  // of no use when exchange_ is null
  std::mutex mutex_;
  Identity identity_;
  bool names_known_ = false;
  State state_ = State::kAsking;
  base::Arena arena_{1024};  // of head_
  http::ResponseHead head_;
  Terms terms_;
  EntryRef entry_;
  unsigned origin_status_ = 0;
  bool for_one_ = false;
  std::deque<BlockRef> blocks_;
  std::size_t dropped_ = 0;             // blocks that are not in the list any more
  std::size_t held_ = 0;                // bytes of those that are
  std::atomic<std::size_t> window_{0};  // 0: not narrow; changes with the mutex held
  std::vector<AudienceRef> audiences_;
  FillExchange* exchange_ = nullptr;
  bool filler_called_ = false;  // a letter is on its way
};

using FillRef = base::SharedRef<Fill>;

}  // namespace weir::cache
