#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/ref.h"
#include "base/siphash.h"
#include "cache/entry.h"

namespace weir::cache {

using EntryRef = base::SharedRef<const Entry>;

// Entries kept of one primary key, where a route does not say.
inline constexpr std::size_t kVariants = 16;

// Which entries a purge is about.
struct Purge {
  enum class By : std::uint8_t { kKey, kPrefix, kTag };

  [[nodiscard]] bool matches(const Entry& entry) const;

  By by = By::kKey;
  std::string text;   // the whole primary key, what it begins with, or a tag
  bool soft = false;  // stale from now on, not gone
};

// How an insertion ended.
enum class Inserted : std::uint8_t {
  kStored,
  kPurged,    // a purge that is about it came while it was filled
  kTooLarge,  // for its shard's budget
};

// What a shard counts; sums since the start, but for bytes and entries.
struct StoreCounts {
  std::uint64_t bytes = 0;
  std::uint64_t entries = 0;
  std::uint64_t evictions = 0;
  std::uint64_t stores = 0;
};

// A part of the store, with its own budget, its own mutex and its own order of eviction, which is
// SIEVE's (Zhang et al., NSDI 2024): new entries come in at the head; a hand goes from the tail
// towards it, spares once what was found since it last came by, and evicts the first that was not.
// What is asked for once is gone soon, a hit moves nothing, and costs one store under the mutex.
//
// Any thread. The mutex is held for look-ups and list work only: bodies are copied, written and,
// but for small ones, freed outside of it.
class Shard {
 public:
  // `budget`: see resize().
  Shard(std::size_t budget, const base::HashKey& key) : budget_(budget), map_(0, Hash{key}) {}
  Shard(const Shard&) = delete;
  Shard& operator=(const Shard&) = delete;

  // The newest entry of `key` that was stored for such a request, or null.
  EntryRef find(std::string_view key, const http::Fields& request);
  // All entries of `key`, the newest first; they do not count as asked for.
  std::vector<EntryRef> all(std::string_view key);
  // Taken when a fill begins, given back with what was filled.
  std::uint64_t ticket();
  // Takes the place of the entry with the same identity; else, where its primary key has `variants`
  // entries already, of the oldest of them.
  Inserted insert(const EntryRef& entry, std::uint64_t ticket, std::size_t variants = kVariants);
  // How many entries it was about. Also about what is being filled (see insert).
  std::size_t purge(const Purge& purge);
  StoreCounts counts();
  // `budget`: bytes of all entries together, of their keys and of what finds them; what is over it
  // is evicted.
  void resize(std::size_t budget);

 private:
  struct Node {
    EntryRef entry;
    bool found = false;  // since the hand came by
  };
  using Order = std::list<Node>;
  // The entries of one primary key, the newest last.
  using Slot = std::vector<Order::iterator>;
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return base::siphash(key, text); }
    base::HashKey key;
  };
  using Map = std::unordered_map<std::string, Slot, Hash, std::equal_to<>>;
  // What was taken out, to be freed when the mutex is not held any more.
  using Dropped = std::vector<EntryRef>;

  static std::size_t cost_of(const Entry& entry);
  // Takes it out of order and slot; an empty slot goes too.
  void drop(Order::iterator node, Dropped& dropped);
  void evict_to(std::size_t bytes, Dropped& dropped);
  // So that an entry of this identity has room among the `variants` of its slot.
  void displace(const Identity& identity, std::size_t variants, Dropped& dropped);
  [[nodiscard]] bool was_purged(const Entry& entry, std::uint64_t ticket) const;

  std::mutex mutex_;
  std::size_t budget_;
  std::string asked_;  // of find(), kept for its memory
  Map map_;
  Order order_;                          // the newest first
  Order::iterator hand_ = order_.end();  // end: at the tail
  StoreCounts counts_;
  std::deque<Purge> purges_;       // the last ones, for what is being filled
  std::uint64_t purge_count_ = 0;  // since the start
};

}  // namespace weir::cache
