#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "base/ref.h"
#include "base/siphash.h"
#include "cache/shard.h"
#include "cache/uses.h"

namespace weir::cache {

// A zone of `cache:`.
struct StoreOptions {
  std::size_t memory = std::size_t{256} << 20U;    // bytes, of everything that entries take
  std::size_t max_object = std::size_t{8} << 20U;  // bytes of a body
  std::size_t shards = 0;                          // 0: by memory and max_object

  bool operator==(const StoreOptions&) const = default;
};

// Stored responses of a zone, shared by all threads, in shards by the hash of the primary key. It
// outlives reloads: no snapshot owns it. See Shard for what each call does.
class Store final : public base::Shared {
 public:
  explicit Store(const StoreOptions& options);

  EntryRef find(std::string_view key, const http::Fields& request) {
    return shard_of(key).find(key, request);
  }
  std::uint64_t ticket(std::string_view key) { return shard_of(key).ticket(); }
  Inserted insert(const EntryRef& entry, std::uint64_t ticket, std::size_t variants = kVariants);
  // How many entries it was about. By prefix and by tag it looks at all of them, one shard after
  // the other.
  std::size_t purge(const Purge& purge);
  StoreCounts counts();
  // All entries of `key`, the newest first; they do not count as asked for.
  std::vector<EntryRef> all(std::string_view key) { return shard_of(key).all(key); }
  // Counts that `key` was asked for, and how often it was lately (see Uses).
  unsigned note_use(std::string_view key) { return uses_.note(base::siphash(place_key_, key)); }
  // What a shard may hold: larger entries are not stored.
  [[nodiscard]] std::size_t shard_budget() const {
    return shard_budget_.load(std::memory_order_relaxed);
  }
  // Bytes of a body; who fills stores no longer one.
  [[nodiscard]] std::size_t max_object() const {
    return max_object_.load(std::memory_order_relaxed);
  }
  // resize() may have it keep these bounds: they leave the number of shards as it is, and each of
  // them room for objects.
  [[nodiscard]] bool can_resize(const StoreOptions& options) const;
  // Keeps these bounds from now on; what is too much is evicted.
  void resize(const StoreOptions& options);

 private:
  Shard& shard_of(std::string_view key) {
    return *shards_[base::siphash(place_key_, key) % shards_.size()];
  }

  base::HashKey place_key_;
  std::atomic<std::size_t> shard_budget_{0};
  std::atomic<std::size_t> max_object_;
  std::vector<std::unique_ptr<Shard>> shards_;
  Uses uses_;
};

}  // namespace weir::cache
