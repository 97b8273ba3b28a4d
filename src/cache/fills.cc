#include "cache/fills.h"

#include <algorithm>
#include <memory>
#include <random>
#include <utility>

#include "cache/vary.h"

namespace weir::cache {
namespace {

base::HashKey random_key() {
  std::random_device device;
  auto half = [&device] { return (std::uint64_t{device()} << 32U) | device(); };
  return {half(), half()};
}

}  // namespace

FillLimits limits_of(const StoreOptions& zone) {
  FillLimits limits;
  limits.bytes = std::max(zone.memory / 4, zone.max_object);
  return limits;
}

Fills::Fills(Store& store, const FillLimits& limits)
    : store_(store),
      most_fills_(limits.fills),
      most_bytes_(limits.bytes),
      place_key_(random_key()) {
  // Another key than the shards' choice is made by, as in Store.
  base::HashKey key = random_key();
  for (auto& shard : shards_) shard = std::make_unique<Shard>(key);
}

void Fills::set_limits(const FillLimits& limits) {
  most_fills_.store(limits.fills, std::memory_order_relaxed);
  most_bytes_.store(limits.bytes, std::memory_order_relaxed);
}

Fills::Found Fills::join(const Wish& wish, Coalescer& worker) { return find(wish, worker, true); }

Fills::Found Fills::begin(const Wish& wish, Coalescer& worker) {
  Found found = find(wish, worker, false);
  if (found.kind != Found::Kind::kBegun) found = Found();
  return found;
}

Fills::Found Fills::find(const Wish& wish, Coalescer& worker, bool reads) {
  // What began before a purge may bring what was purged.
  std::uint64_t ticket = store_.ticket(wish.key);
  std::uint64_t hash = hash_of(wish.key);
  Shard& shard = shard_of(hash);
  std::lock_guard lock(shard.mutex);
  const NotShared& remembered = place_of(shard, hash);
  if (remembered.hash == hash && remembered.until > wish.now) return {};
  auto slot = shard.map.find(wish.key);
  if (slot != shard.map.end()) {
    for (const FillRef& fill : slot->second) {
      if (fill->ticket() != ticket) continue;
      if (!reads && fill->suits(wish.request)) return {};
      if (!reads) continue;
      if (auto audience = fill->join(worker, wish.request))
        return {Found::Kind::kJoined, fill, std::move(audience)};
    }
  }
  // A fill is stored first and leaves here then: who finds neither comes first.
  EntryRef stored = store_.find(wish.key, wish.request);
  if (stored && stored.get() != wish.stored) return {Found::Kind::kStored, {}, {}};
  if (count() >= most_fills_.load(std::memory_order_relaxed)) {
    refused_.fetch_add(1, std::memory_order_relaxed);
    return {};
  }
  auto fill = base::make_shared_ref<Fill>(std::string(wish.key), ticket, worker);
  // What the last response varied by, the next one mostly does.
  std::string_view names = wish.names;
  if (names.empty() && wish.stored != nullptr) names = wish.stored->identity().names;
  if (!names.empty()) fill->expect(std::string(names), varying_values(wish.request, names));
  Found found{Found::Kind::kBegun, fill, {}};
  if (reads) found.audience = fill->join(worker, wish.request);
  count_.fetch_add(1, std::memory_order_relaxed);
  if (slot == shard.map.end()) slot = shard.map.try_emplace(std::string(wish.key)).first;
  slot->second.push_back(std::move(fill));
  return found;
}

void Fills::remove(const Fill& fill) {
  FillRef gone;  // dies behind the lock
  Shard& shard = shard_of(hash_of(fill.key()));
  std::lock_guard lock(shard.mutex);
  auto slot = shard.map.find(fill.key());
  if (slot == shard.map.end()) return;
  Slot& fills = slot->second;
  auto at = std::find_if(fills.begin(), fills.end(),
                         [&fill](const FillRef& one) { return one.get() == &fill; });
  if (at == fills.end()) return;
  gone = std::move(*at);
  fills.erase(at);
  if (fills.empty()) shard.map.erase(slot);
  count_.fetch_sub(1, std::memory_order_relaxed);
}

void Fills::remember_not_shared(std::string_view key, base::Stamp now) {
  std::uint64_t hash = hash_of(key);
  Shard& shard = shard_of(hash);
  std::lock_guard lock(shard.mutex);
  place_of(shard, hash) = {hash, base::after(now, kRemembered)};
}

bool Fills::take_room(std::size_t bytes) {
  std::size_t most = most_bytes_.load(std::memory_order_relaxed);
  if (bytes_.fetch_add(bytes, std::memory_order_relaxed) + bytes <= most) return true;
  give_room_back(bytes);
  return false;
}

}  // namespace weir::cache
