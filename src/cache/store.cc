#include "cache/store.h"

#include <algorithm>
#include <random>

namespace weir::cache {
namespace {

constexpr std::size_t kShardsMax = 16;
// Largest objects that a shard has room for at least.
constexpr std::size_t kObjectsPerShard = 4;

base::HashKey random_key() {
  std::random_device device;
  auto half = [&device] { return (std::uint64_t{device()} << 32U) | device(); };
  return {half(), half()};
}

std::size_t shard_count(const StoreOptions& options) {
  if (options.shards != 0) return options.shards;
  std::size_t object = std::max<std::size_t>(options.max_object, 1);
  return std::clamp<std::size_t>(options.memory / (kObjectsPerShard * object), 1, kShardsMax);
}

}  // namespace

Store::Store(const StoreOptions& options)
    : place_key_(random_key()), max_object_(options.max_object) {
  std::size_t count = shard_count(options);
  std::size_t budget = options.memory / count;
  shard_budget_ = budget;
  // Another key than the shards' choice is made by: a shard's keys would else fill a part of its
  // buckets only.
  base::HashKey key = random_key();
  for (std::size_t i = 0; i < count; ++i) shards_.push_back(std::make_unique<Shard>(budget, key));
}

Inserted Store::insert(const EntryRef& entry, std::uint64_t ticket, std::size_t variants) {
  Shard& shard = shard_of(entry->identity().key);
  return shard.insert(entry, ticket, variants);
}

std::size_t Store::purge(const Purge& purge) {
  if (purge.by == Purge::By::kKey) return shard_of(purge.text).purge(purge);
  std::size_t count = 0;
  for (const auto& shard : shards_) count += shard->purge(purge);
  return count;
}

bool Store::can_resize(const StoreOptions& options) const {
  std::size_t count = shards_.size();
  if (options.shards != 0) return options.shards == count;
  return count == 1 || options.memory / count >= kObjectsPerShard * options.max_object;
}

void Store::resize(const StoreOptions& options) {
  std::size_t budget = options.memory / shards_.size();
  shard_budget_.store(budget, std::memory_order_relaxed);
  max_object_.store(options.max_object, std::memory_order_relaxed);
  for (const auto& shard : shards_) shard->resize(budget);
}

StoreCounts Store::counts() {
  StoreCounts sum;
  for (const auto& shard : shards_) {
    StoreCounts one = shard->counts();
    sum.bytes += one.bytes;
    sum.entries += one.entries;
    sum.evictions += one.evictions;
    sum.stores += one.stores;
  }
  return sum;
}

}  // namespace weir::cache
