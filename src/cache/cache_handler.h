#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/free_list.h"
#include "base/pinned.h"
#include "base/siphash.h"
#include "cache/compiled.h"
#include "cache/stats.h"
#include "cache/store.h"
#include "http/handler.h"
#include "net/turn.h"

namespace weir::cache {

class CacheWork;
class Coalescer;
class Fills;
class RouteFills;
struct Renewal;

// Reads the wall clock: seconds since 1970.
using WallClock = Seconds (*)();
Seconds read_wall_clock();

// Asks origins anew for stale responses that clients were answered from meanwhile (RFC 5861 section
// 3).
class Background {
 public:
  // `request` is the client's and is read during the call only. Once for as long as `key` is asked
  // for already.
  virtual void revalidate(const http::Request& request, std::string_view key,
                          const EntryRef& stale) = 0;

 protected:
  ~Background() = default;
};

// Answers exchanges from a store where RFC 9111 allows that, else by the handler it wraps, whose
// answers it stores. One per worker, route and generation; outlives its works. One thread; the
// store is shared.
class CacheHandler final : public http::Handler {
 public:
  // `next` forwards what the store does not answer. `stats` are this worker's of the zone. All
  // references must outlive the handler.
  CacheHandler(std::unique_ptr<http::Handler> next, const CompiledCache& plan, Store& store,
               ZoneStats& stats, net::Turns& turns, WallClock wall = read_wall_clock);
  ~CacheHandler() override;

  http::WorkPtr take(http::Request& request, http::Responder& responder) override;
  void ease() override;

  // From now on requests for one key share one request to the origin, over the workers that have
  // these fills, and what is stale is asked for in the background; `worker` is this one's. `pin`
  // keeps alive what the handler needs, itself too; null: it outlives all fills. `window`: bytes
  // held of a body that is too large to be stored.
  void share(Fills& fills, Coalescer& worker, const base::Pinned* pin, std::size_t window);
  // Null, as at the beginning: what is stale is asked for before a client is answered from it.
  void set_background(Background* background) { background_ = background; }

  // What its works share.
  [[nodiscard]] http::Handler& next() { return *next_; }
  [[nodiscard]] const CompiledCache& plan() const { return plan_; }
  [[nodiscard]] Store& store() { return store_; }
  [[nodiscard]] net::Turns& turns() { return turns_; }
  [[nodiscard]] Background* background() { return background_; }
  [[nodiscard]] RouteFills* fills() { return fills_.get(); }
  [[nodiscard]] Seconds now() const { return now_(); }
  void count(Result result) { stats_.requests[static_cast<std::size_t>(result)].add(); }
  void count(NotStored reason) { stats_.not_stored[static_cast<std::size_t>(reason)].add(); }
  // Has what a 304 made of `stored` in the store, as far as it may be there.
  void keep(const Renewal& renewal, const Entry& stored, std::uint64_t ticket);
  // A text that no body holds, but by a chance of 2^-64: it parts the parts of multipart answers.
  std::string_view boundary(base::Arena& arena);
  // Takes a work back that has ended.
  void recycle(std::unique_ptr<CacheWork> work);

 private:
  static constexpr std::size_t kKeep = 256;

  std::unique_ptr<http::Handler> next_;
  const CompiledCache& plan_;
  Store& store_;
  ZoneStats& stats_;
  net::Turns& turns_;
  const WallClock now_;
  Background* background_ = nullptr;
  std::unique_ptr<RouteFills> fills_;  // null: each request goes by itself
  base::HashKey secret_;
  std::uint64_t boundaries_ = 0;
  base::FreeList<CacheWork> free_;
};

}  // namespace weir::cache
