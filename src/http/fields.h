#pragma once

#include <cstddef>
#include <string_view>

#include "base/arena.h"
#include "http/name.h"

namespace weir::http {

// One field line (RFC 9110 section 5). Both views belong to whoever made the Fields; `id` is the
// known-name id of `name`, looked up once, or Name::kOther.
struct Field {
  std::string_view name;
  std::string_view value;
  Name id = Name::kOther;
};

// The fields of a head or a trailer section, in order. A plain value over arena memory: copies
// share the entries. Entries and texts live until the arena is reset.
class Fields {
 public:
  void add(base::Arena& arena, const Field& field) {
    if (size_ == capacity_) grow(arena, capacity_ == 0 ? kFirst : capacity_ * 2);
    entries_[size_++] = field;
  }
  // Looks the id of `name` up.
  void add(base::Arena& arena, std::string_view name, std::string_view value) {
    add(arena, Field{name, value, name_of(name)});
  }

  // Room for so many fields in all, and no more than that.
  void reserve(base::Arena& arena, std::size_t count) {
    if (count > capacity_) grow(arena, count);
  }

  // The first field of this known name, or null.
  [[nodiscard]] const Field* find(Name id) const {
    for (std::size_t i = 0; i < size_; ++i) {
      if (entries_[i].id == id) return &entries_[i];
    }
    return nullptr;
  }
  // The first field of this name in any case, known or not, or null.
  [[nodiscard]] const Field* find(std::string_view name) const;
  // The value of the first field of this known name, or an empty view.
  [[nodiscard]] std::string_view value(Name id) const {
    const Field* field = find(id);
    return field == nullptr ? std::string_view() : field->value;
  }

  [[nodiscard]] const Field* begin() const { return entries_; }
  [[nodiscard]] const Field* end() const { return entries_ + size_; }
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  void clear() { size_ = 0; }

 private:
  static constexpr std::size_t kFirst = 24;
  void grow(base::Arena& arena, std::size_t capacity);

  Field* entries_ = nullptr;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace weir::http
