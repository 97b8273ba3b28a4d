#pragma once

#include <cstddef>
#include <string_view>

#include "cache/cache_handler.h"
#include "cache/coalescer.h"
#include "cache/fill_rules.h"

namespace weir::cache {

// The fills of a route: what it makes of what they bring, by its plan and into its zone's store,
// and how its requests join them. Owned by its handler. One thread.
class RouteFills final : public FillRules, public Background {
 public:
  // All outlive it, but `pin`, null or what it lives by itself. `window`: see FillRoute.
  RouteFills(CacheHandler& handler, Fills& fills, Coalescer& worker, const base::Pinned* pin,
             std::size_t window);

  // See Coalescer::join().
  Coalescer::Joined join(FillReader& reader, const http::Request& request, std::string_view key,
                         const EntryRef& stored);
  void revalidate(const http::Request& request, std::string_view key,
                  const EntryRef& stale) override;

  FillVerdict judge(const FillOrder& order, const http::ResponseHead& head) override;
  EntryRef instead(const FillOrder& order) override;
  void store(const FillOrder& order, const http::ResponseHead& head, const Terms& terms,
             Blocks body) override;
  void count_not_stored(bool outgrown) override;

 private:
  FillVerdict judge_renewal(const FillOrder& order, const http::ResponseHead& head);
  [[nodiscard]] bool may_answer_for_failed(const FillOrder& order) const;

  CacheHandler& handler_;
  Coalescer& worker_;
  const FillRoute route_;
};

}  // namespace weir::cache
