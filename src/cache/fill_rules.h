#pragma once

#include <cstdint>
#include <string_view>

#include "cache/freshness.h"
#include "cache/shard.h"
#include "http/handler.h"

namespace weir::cache {

// What a fill was begun for. Views live as long as the fill.
struct FillOrder {
  const http::Request& request;  // as its origin is asked
  std::string_view key;
  EntryRef stale;        // that is to be validated; null: nothing
  std::uint64_t ticket;  // of the store
  Seconds asked_at;
};

// What becomes of the answer.
struct FillVerdict {
  enum class Kind : std::uint8_t {
    kShare,    // to be stored by `terms`, and for everybody
    kPass,     // for who caused the fill
    kInstead,  // `entry` is the answer, for everybody
    kAgain     // it says nothing: the origin has to be asked without validators
  };
  Kind kind = Kind::kPass;
  bool by_request = false;  // of kPass: the answer to another request might be shared
  Terms terms;
  EntryRef entry;
};

// What a route makes of what its fills bring. One per handler, and as long-lived. One thread.
class FillRules {
 public:
  // `head`: of the final answer.
  virtual FillVerdict judge(const FillOrder& order, const http::ResponseHead& head) = 0;
  // The origin could not be asked; null: nothing stored may answer.
  virtual EntryRef instead(const FillOrder& order) = 0;
  // Stores what was judged kShare, of which all has come.
  virtual void store(const FillOrder& order, const http::ResponseHead& head, const Terms& terms,
                     Blocks body) = 0;
  // What was judged kShare is not stored: it outgrew its zone, or was cut short.
  virtual void count_not_stored(bool outgrown) = 0;

 protected:
  ~FillRules() = default;
};

}  // namespace weir::cache
