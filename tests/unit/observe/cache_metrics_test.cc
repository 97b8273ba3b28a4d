#include "observe/cache_metrics.h"

#include <doctest/doctest.h>

#include <string>

#include "observe/metrics.h"
#include "unit/observe/counted.h"

namespace weir::observe {

namespace {

struct Zoned {
  Zoned() { counted.source.zones = {{"main", 1U << 20U, &store, {&one, &two}}}; }
  [[nodiscard]] bool holds(const std::string& line) const {
    return Metrics(counted.source).render().find("\n" + line + "\n") != std::string::npos;
  }

  Counted counted;
  cache::Store store{{1U << 20U, 1U << 18U, 1}};
  cache::ZoneStats one;
  cache::ZoneStats two;
};

template <class Counts, class Of>
base::Counter& at(Counts& counts, Of of) {
  return counts[static_cast<std::size_t>(of)];
}

}  // namespace

TEST_CASE("each series of a zone is there at zero from the start, and none without zones") {
  Zoned zoned;
  for (const char* result : {"hit", "miss", "stale", "revalidated", "bypass", "coalesced"}) {
    CHECK(zoned.holds("weir_cache_requests_total{zone=\"main\",result=\"" + std::string(result) +
                      "\"} 0"));
  }
  for (std::size_t i = 1; i < static_cast<std::size_t>(cache::NotStored::kCount); ++i) {
    std::string reason(text_of(static_cast<cache::NotStored>(i)));
    CHECK(!reason.empty());
    CHECK(zoned.holds("weir_cache_not_stored_total{zone=\"main\",reason=\"" + reason + "\"} 0"));
  }
  for (const char* name : {"bytes", "entries", "evictions_total", "stores_total"})
    CHECK(zoned.holds("weir_cache_" + std::string(name) + "{zone=\"main\"} 0"));
  Counted without;
  std::string text = Metrics(without.source).render();
  CHECK(text.find("# TYPE weir_cache_requests_total counter") != std::string::npos);
  CHECK(text.find("weir_cache_requests_total{") == std::string::npos);
}

TEST_CASE("workers are summed, and the store is asked for what it holds") {
  Zoned zoned;
  at(zoned.one.requests, cache::Result::kHit).add(3);
  at(zoned.two.requests, cache::Result::kHit).add(4);
  at(zoned.two.not_stored, cache::NotStored::kPrivate).add(2);
  http::ResponseHead head;
  head.status = 200;
  auto entry = base::make_shared_ref<const cache::Entry>(cache::Identity{"k", "", ""}, head,
                                                         cache::ResponseControl(), cache::Terms(),
                                                         cache::Blocks());
  zoned.store.insert(entry, zoned.store.ticket("k"));
  CHECK(zoned.holds("weir_cache_requests_total{zone=\"main\",result=\"hit\"} 7"));
  std::string reason(text_of(cache::NotStored::kPrivate));
  CHECK(zoned.holds("weir_cache_not_stored_total{zone=\"main\",reason=\"" + reason + "\"} 2"));
  CHECK(zoned.holds("weir_cache_entries{zone=\"main\"} 1"));
  CHECK(zoned.holds("weir_cache_stores_total{zone=\"main\"} 1"));
  CHECK(!zoned.holds("weir_cache_bytes{zone=\"main\"} 0"));
}

}  // namespace weir::observe
