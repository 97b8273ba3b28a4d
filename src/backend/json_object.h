#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <string_view>

#include "base/arena.h"

namespace weir::backend {

// Writes one JSON object (RFC 8259) with the members in the order in which they are added. Small
// ones take nothing from the heap.
class JsonObject {
 public:
  JsonObject& text(std::string_view key, std::string_view value);
  JsonObject& number(std::string_view key, std::uint64_t value);
  // `value` is JSON already.
  JsonObject& json(std::string_view key, std::string_view value);
  // The whole object and a line feed, in the arena. Called once, last.
  std::string_view finish(base::Arena& arena);

 private:
  void key(std::string_view key);

  fmt::memory_buffer out_;
};

// Appends `text` as a JSON string. Bytes that are not ASCII are passed on as they are.
void append_quoted(fmt::memory_buffer& out, std::string_view text);

}  // namespace weir::backend
