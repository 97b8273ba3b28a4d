#include "cache/store.h"

#include <doctest/doctest.h>
#include <malloc.h>

#include <string>
#include <thread>

#include "support/sanitizers.h"
#include "unit/cache/stored.h"

namespace weir::cache {
namespace {

constexpr std::size_t kMega = std::size_t{1} << 20U;

}  // namespace

TEST_CASE("the count of bytes is no less than what the heap gave") {
  if (support::kAsan || support::kTsan) return;
  Store store({16 * kMega, kMega / 4, 0});
  std::size_t before = mallinfo2().uordblks;
  for (int i = 0; i < 5000; ++i) {
    FieldsOf fields{{"Content-Type", "text/plain"}, {"ETag", "\"0123456789abcdef\""}};
    std::string key = "http://example.com/some/path/" + std::to_string(i);
    store.insert(stored(key, std::string(300, 'x'), fields), store.ticket(key));
  }
  std::size_t taken = mallinfo2().uordblks - before;
  std::size_t counted = store.counts().bytes;
  CAPTURE(taken);
  CAPTURE(counted);
  CHECK(store.counts().entries == 5000);
  CHECK(taken <= counted);
  CHECK(counted <= taken + taken / 4);
}

TEST_CASE("a store grows and shrinks in place where its shards stay what they are") {
  Store store({16 * kMega, kMega, 4});
  for (int i = 0; i < 100; ++i) {
    std::string key = std::to_string(i);
    store.insert(stored(key, std::string(60'000, 'x')), store.ticket(key));
  }
  REQUIRE(store.counts().entries == 100);
  store.resize({32 * kMega, kMega, 4});
  CHECK(store.counts().entries == 100);
  CHECK(store.shard_budget() == 8 * kMega);
  store.resize({kMega, kMega, 4});
  CHECK(store.counts().bytes <= kMega);
  CHECK(store.counts().entries > 0);
  CHECK(store.counts().evictions == 100 - store.counts().entries);

  CHECK(store.can_resize({kMega, kMega, 4}));
  CHECK(!store.can_resize({kMega, kMega, 8}));
  CHECK(store.can_resize({64 * kMega, kMega, 0}));
  CHECK(!store.can_resize({8 * kMega, kMega, 0}));
}

TEST_CASE("threads store, find and purge beside each other, and the budget holds") {
  Store store({kMega, kMega / 16, 4});
  auto work = [&store](unsigned seed) {
    for (unsigned i = 0; i < 3000; ++i) {
      std::string key = std::to_string((i * 7 + seed) % 500);
      if (auto entry = store.find(key, {})) {
        if (body_of(entry) != key + std::string(500, 'x')) return false;
      } else {
        std::uint64_t ticket = store.ticket(key);
        store.insert(stored(key, key + std::string(500, 'x')), ticket);
      }
      if (i % 100 == seed) store.purge({Purge::By::kPrefix, "4", i % 200 == seed});
      if (i % 10 == 0) store.purge({Purge::By::kKey, key});
    }
    return true;
  };
  bool first = false;
  bool second = false;
  std::thread a([&] { first = work(1); });
  std::thread b([&] { second = work(2); });
  a.join();
  b.join();
  CHECK(first);
  CHECK(second);
  CHECK(store.counts().bytes <= kMega);
}

TEST_CASE("shards are as many as have room for several of the largest objects") {
  CHECK(Store({256 * kMega, 8 * kMega, 0}).shard_budget() == 32 * kMega);
  CHECK(Store({16 * kMega, 8 * kMega, 0}).shard_budget() == 16 * kMega);
  CHECK(Store({256 * kMega, kMega / 8, 0}).shard_budget() == 16 * kMega);
  CHECK(Store({256 * kMega, 8 * kMega, 2}).shard_budget() == 128 * kMega);
}

}  // namespace weir::cache
