#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "base/ref.h"
#include "cache/control.h"
#include "cache/freshness.h"
#include "http/message.h"

namespace weir::cache {

// A piece of a body, written once and then read by any thread.
class Block : public base::Shared {
 public:
  explicit Block(std::string_view bytes);
  [[nodiscard]] std::string_view bytes() const { return {bytes_.get(), size_}; }

 private:
  std::unique_ptr<char[]> bytes_;
  std::size_t size_;
};

// Under what a response is found.
struct Identity {
  std::string key;     // the primary one, from the route's template
  std::string names;   // that it varies by, as varying_names() writes them
  std::string values;  // what its request had in them, as varying_values() writes them
};

// The fields of a stored response as a 304 (or an answer to HEAD) makes them anew (RFC 9111 section
// 3.2): those that `newer` has take the place of those here, but for what tells of the body, and
// what is not stored. Entries of the arena; texts as given.
http::Fields updated_fields(const http::Fields& stored, const http::Fields& newer,
                            base::Arena& arena);

using Blocks = std::vector<base::SharedRef<const Block>>;

// A whole stored response. Any thread may read it for as long as it holds a SharedRef; nothing in
// it changes but the mark of a soft purge. What a 304 changes makes a new entry over the same body.
class Entry : public base::Shared {
 public:
  // Copies what it keeps: the head without fields that are not stored (is_stored_field), the names
  // of its surrogate keys. `body` is whole.
  Entry(Identity identity, const http::ResponseHead& head, const ResponseControl& control,
        const Terms& terms, Blocks body);

  [[nodiscard]] const Identity& identity() const { return identity_; }
  // Framing is kLength, of the body's size; kNone for a status that has no body.
  [[nodiscard]] const http::ResponseHead& head() const { return head_; }
  [[nodiscard]] Terms terms() const;
  [[nodiscard]] const Blocks& body() const { return body_; }
  [[nodiscard]] std::uint64_t body_size() const { return head_.content_length; }
  // Bytes of memory that it takes, all of it counted: text, fields, body, what the allocator adds.
  [[nodiscard]] std::size_t cost() const { return cost_; }
  // One of the words of its Surrogate-Key, or of the members of its Cache-Tag, compared by case.
  [[nodiscard]] bool has_tag(std::string_view tag) const;
  // From now on it is stale (Terms::purged).
  void mark_purged() const { purged_.store(true, std::memory_order_relaxed); }

  // This response with updated_fields().
  [[nodiscard]] base::SharedRef<const Entry> renewed(const http::Fields& newer,
                                                     const Terms& terms) const;

 private:
  void keep_head(const http::ResponseHead& head, const ResponseControl& control);
  void keep_tags(const http::Fields& fields);
  [[nodiscard]] std::size_t measure() const;

  Identity identity_;
  base::Arena arena_;
  http::ResponseHead head_;
  Terms terms_;
  Blocks body_;
  std::vector<std::string> tags_;  // sorted
  mutable std::atomic<bool> purged_{false};
  std::size_t cost_ = 0;
};

}  // namespace weir::cache
