#include "http/fields.h"

#include <algorithm>

#include "base/ascii.h"

namespace weir::http {

const Field* Fields::find(std::string_view name) const {
  Name id = name_of(name);
  if (id != Name::kOther) return find(id);
  for (const Field& field : *this) {
    if (field.id == Name::kOther && base::equal_nocase(field.name, name)) return &field;
  }
  return nullptr;
}

void Fields::grow(base::Arena& arena, std::size_t capacity) {
  auto* entries = arena.array<Field>(capacity);
  std::copy(entries_, entries_ + size_, entries);
  entries_ = entries;
  capacity_ = capacity;
}

}  // namespace weir::http
