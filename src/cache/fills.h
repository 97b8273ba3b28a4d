#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/siphash.h"
#include "cache/fill.h"
#include "cache/store.h"

namespace weir::cache {

// Bounds of what is on its way into a zone.
struct FillLimits {
  std::size_t fills = 4096;                    // at once
  std::size_t bytes = std::size_t{64} << 20U;  // of their bodies together
};

// Those of a zone: bodies on their way take a quarter of its memory at most, beside what it stores,
// or as much as one may be long.
FillLimits limits_of(const StoreOptions& zone);

// All fills of a zone that may be joined, by the primary key, and for some seconds the keys whose
// answers were not to be shared: who asks for one of those must not wait for another. Beside the
// zone's store, and as long-lived. Any thread.
class Fills final : public base::Shared {
 public:
  // How long a key is remembered whose answer was not to be shared.
  static constexpr base::Duration kRemembered{5'000};

  // What a request asks for.
  struct Wish {
    std::string_view key;
    const http::Fields& request;
    const Entry* stored = nullptr;  // what the store has, and is no answer; null: nothing
    std::string_view names = {};    // that the answer varies by, as another fill's did
    base::Stamp now = 0;
  };
  struct Found {
    enum class Kind : std::uint8_t {
      kJoined,  // this fill will answer; the audience is joined
      kBegun,   // the same, and nobody fills it yet: that is for the caller
      kStored,  // the store has something else by now
      kAlone    // the request has to go by itself
    };
    Kind kind = Kind::kAlone;
    FillRef fill;
    AudienceRef audience;
  };

  // The store outlives it.
  Fills(Store& store, const FillLimits& limits);

  // From now on.
  void set_limits(const FillLimits& limits);
  // For a reader of this worker.
  Found join(const Wish& wish, Coalescer& worker);
  // A fill without a reader: kBegun, or kAlone where one is under way already.
  Found begin(const Wish& wish, Coalescer& worker);
  // Nobody joins it from here on. Idempotent.
  void remove(const Fill& fill);
  // As said above.
  void remember_not_shared(std::string_view key, base::Stamp now);

  // Takes room for bytes of a body; false: there is none.
  bool take_room(std::size_t bytes);
  void give_room_back(std::size_t bytes) { bytes_.fetch_sub(bytes, std::memory_order_relaxed); }

  // Bytes of a body that is to be stored.
  [[nodiscard]] std::size_t max_object() const { return store_.max_object(); }
  // That are under way.
  [[nodiscard]] std::size_t count() const { return count_.load(std::memory_order_relaxed); }
  [[nodiscard]] std::size_t bytes() const { return bytes_.load(std::memory_order_relaxed); }
  // Requests that went by themselves because there were too many.
  [[nodiscard]] std::uint64_t refused() const { return refused_.load(std::memory_order_relaxed); }

 private:
  static constexpr std::size_t kShards = 16;
  static constexpr std::size_t kKeysRemembered = 256;  // of a shard; a later one takes a place

  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return base::siphash(key, text); }
    base::HashKey key;
  };
  // Fills of a key differ in the requests that they are for, or one began before a purge.
  using Slot = std::vector<FillRef>;
  struct NotShared {
    std::uint64_t hash = 0;
    base::Stamp until = 0;
  };
  struct Shard {
    explicit Shard(const base::HashKey& key) : map(0, Hash{key}) {}
    std::mutex mutex;
    std::unordered_map<std::string, Slot, Hash, std::equal_to<>> map;
    std::array<NotShared, kKeysRemembered> not_shared{};
  };

  Found find(const Wish& wish, Coalescer& worker, bool reads);
  [[nodiscard]] std::uint64_t hash_of(std::string_view key) const {
    return base::siphash(place_key_, key);
  }
  Shard& shard_of(std::uint64_t hash) { return *shards_[hash % kShards]; }
  static NotShared& place_of(Shard& shard, std::uint64_t hash) {
    return shard.not_shared[hash / kShards % kKeysRemembered];
  }

  Store& store_;
  std::atomic<std::size_t> most_fills_;
  std::atomic<std::size_t> most_bytes_;
  const base::HashKey place_key_;
  std::array<std::unique_ptr<Shard>, kShards> shards_;
  std::atomic<std::size_t> count_{0};
  std::atomic<std::size_t> bytes_{0};
  std::atomic<std::uint64_t> refused_{0};
};

}  // namespace weir::cache
