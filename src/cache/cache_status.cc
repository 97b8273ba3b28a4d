#include "cache/cache_status.h"

#include <cstddef>

#include "base/ascii.h"

namespace weir::cache {
namespace {

// More than the longest value has.
constexpr std::size_t kRoom = 128;

std::string_view text_of(Went went) {
  switch (went) {
    case Went::kNot:
      return "; hit";
    case Went::kBypass:
      return "; fwd=bypass";
    case Went::kMethod:
      return "; fwd=method";
    case Went::kMiss:
      return "; fwd=miss";
    case Went::kRequest:
      return "; fwd=request";
    case Went::kStale:
      return "; fwd=stale";
  }
  return {};
}

class Text {
 public:
  explicit Text(base::Arena& arena) : arena_(arena), begin_(arena.take(kRoom)), end_(begin_) {}

  Text& put(std::string_view text) {
    for (char c : text) *end_++ = c;
    return *this;
  }
  Text& put(Seconds value) {
    if (value < 0) *end_++ = '-';
    end_ = base::write_decimal(end_, static_cast<std::uint64_t>(value < 0 ? -value : value));
    return *this;
  }
  std::string_view done() {
    auto size = static_cast<std::size_t>(end_ - begin_);
    arena_.trim(kRoom, size);
    return {begin_, size};
  }

 private:
  base::Arena& arena_;
  char* begin_;
  char* end_;
};

}  // namespace

std::string_view cache_status(const Handled& handled, base::Arena& arena) {
  Text text(arena);
  text.put("weir").put(text_of(handled.went));
  if (handled.went != Went::kNot && handled.origin_status != 0)
    text.put("; fwd-status=").put(Seconds{handled.origin_status});
  if (handled.ttl) text.put("; ttl=").put(*handled.ttl);
  if (handled.stored) text.put("; stored");
  if (handled.collapsed) text.put("; collapsed");
  return text.done();
}

std::string_view x_cache(const Handled& handled) {
  if (handled.updating) return "UPDATING";
  switch (handled.went) {
    case Went::kNot:
      return handled.ttl.value_or(0) < 0 ? "STALE" : "HIT";
    case Went::kBypass:
    case Went::kMethod:
      return "BYPASS";
    case Went::kMiss:
      return "MISS";
    case Went::kRequest:
    case Went::kStale:
      break;
  }
  if (!handled.from_store) return "EXPIRED";
  return handled.origin_status == 304 ? "REVALIDATED" : "STALE";
}

}  // namespace weir::cache
