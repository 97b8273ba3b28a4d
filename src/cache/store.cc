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
  shard_budget_ = options.memory / count;
  // Another key than the shards' choice is made by: a shard's keys would else fill a part of its
  // buckets only.
  base::HashKey key = random_key();
  for (std::size_t i = 0; i < count; ++i)
    shards_.push_back(std::make_unique<Shard>(shard_budget_, key));
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
