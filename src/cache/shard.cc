#include "cache/shard.h"

#include <algorithm>
#include <utility>

#include "cache/vary.h"

namespace weir::cache {
namespace {

// Purges remembered for fills that are under way. A fill that more have overtaken is taken as
// purged.
constexpr std::size_t kPurgesKept = 256;

// What an entry takes besides itself: its node in the order, its place in a slot, its node in the
// map with a copy of the key, and its share of the buckets, each with what the allocator adds.
constexpr std::size_t kPerEntry = 48 + 32 + 112 + 32;

}  // namespace

bool Purge::matches(const Entry& entry) const {
  std::string_view key = entry.identity().key;
  switch (by) {
    case By::kKey:
      return key == text;
    case By::kPrefix:
      return key.substr(0, text.size()) == text;
    case By::kTag:
      return entry.has_tag(text);
  }
  return false;
}

std::size_t Shard::cost_of(const Entry& entry) {
  return entry.cost() + kPerEntry + entry.identity().key.capacity();
}

EntryRef Shard::find(std::string_view key, const http::Fields& request) {
  std::lock_guard lock(mutex_);
  auto slot = map_.find(key);
  if (slot == map_.end()) return {};
  std::string_view asked_names;
  asked_.clear();
  for (auto at = slot->second.rbegin(); at != slot->second.rend(); ++at) {
    Node& node = **at;
    const Identity& identity = node.entry->identity();
    // Variants mostly vary by the same names: asked for once.
    if (identity.names != asked_names) {
      asked_names = identity.names;
      write_varying_values(request, asked_names, asked_);
    }
    if (identity.values != asked_) continue;
    node.found = true;
    return node.entry;
  }
  return {};
}

std::vector<EntryRef> Shard::all(std::string_view key) {
  std::lock_guard lock(mutex_);
  std::vector<EntryRef> entries;
  auto slot = map_.find(key);
  if (slot == map_.end()) return entries;
  for (auto at = slot->second.rbegin(); at != slot->second.rend(); ++at)
    entries.push_back((*at)->entry);
  return entries;
}

std::uint64_t Shard::ticket() {
  std::lock_guard lock(mutex_);
  return purge_count_;
}

void Shard::drop(Order::iterator node, Dropped& dropped) {
  counts_.bytes -= cost_of(*node->entry);
  --counts_.entries;
  auto slot = map_.find(node->entry->identity().key);
  auto& variants = slot->second;
  variants.erase(std::find(variants.begin(), variants.end(), node));
  if (variants.empty()) map_.erase(slot);
  if (hand_ == node) hand_ = node == order_.begin() ? order_.end() : std::prev(node);
  dropped.push_back(std::move(node->entry));
  order_.erase(node);
}

void Shard::evict_to(std::size_t bytes, Dropped& dropped) {
  while (counts_.bytes > bytes) {
    if (hand_ == order_.end()) hand_ = std::prev(order_.end());
    if (hand_->found) {
      hand_->found = false;
      hand_ = hand_ == order_.begin() ? order_.end() : std::prev(hand_);
      continue;
    }
    drop(hand_, dropped);
    ++counts_.evictions;
  }
}

void Shard::displace(const Identity& identity, std::size_t variants, Dropped& dropped) {
  auto slot = map_.find(identity.key);
  if (slot == map_.end()) return;
  const Slot& kept = slot->second;
  auto same = std::find_if(kept.begin(), kept.end(), [&](Order::iterator node) {
    const Identity& other = node->entry->identity();
    return other.names == identity.names && other.values == identity.values;
  });
  if (same != kept.end()) {
    drop(*same, dropped);
  } else if (kept.size() >= variants) {
    drop(kept.front(), dropped);
    ++counts_.evictions;
  }
}

bool Shard::was_purged(const Entry& entry, std::uint64_t ticket) const {
  std::uint64_t since = purge_count_ - ticket;
  if (since > purges_.size()) return true;
  auto first = purges_.end() - static_cast<std::ptrdiff_t>(since);
  return std::any_of(first, purges_.end(),
                     [&entry](const Purge& purge) { return purge.matches(entry); });
}

Inserted Shard::insert(const EntryRef& entry, std::uint64_t ticket, std::size_t variants) {
  Dropped dropped;  // dies behind the lock
  std::lock_guard lock(mutex_);
  std::size_t cost = cost_of(*entry);
  if (cost > budget_) return Inserted::kTooLarge;
  if (was_purged(*entry, ticket)) return Inserted::kPurged;
  displace(entry->identity(), variants, dropped);
  evict_to(budget_ - cost, dropped);
  const std::string& key = entry->identity().key;
  order_.push_front({entry, false});
  map_[key].push_back(order_.begin());
  counts_.bytes += cost;
  ++counts_.entries;
  ++counts_.stores;
  return Inserted::kStored;
}

std::size_t Shard::purge(const Purge& purge) {
  Dropped dropped;
  std::lock_guard lock(mutex_);
  purges_.push_back(purge);
  ++purge_count_;
  if (purges_.size() > kPurgesKept) purges_.pop_front();
  std::vector<Order::iterator> found;
  if (purge.by == Purge::By::kKey) {
    if (auto slot = map_.find(purge.text); slot != map_.end()) found = slot->second;
  } else {
    for (auto node = order_.begin(); node != order_.end(); ++node) {
      if (purge.matches(*node->entry)) found.push_back(node);
    }
  }
  for (Order::iterator node : found) {
    if (purge.soft) {
      node->entry->mark_purged();
    } else {
      drop(node, dropped);
    }
  }
  return found.size();
}

void Shard::resize(std::size_t budget) {
  Dropped dropped;
  std::lock_guard lock(mutex_);
  budget_ = budget;
  evict_to(budget_, dropped);
}

StoreCounts Shard::counts() {
  std::lock_guard lock(mutex_);
  return counts_;
}

}  // namespace weir::cache
