#pragma once

#include <initializer_list>
#include <string_view>
#include <utility>

#include "http/fields.h"

namespace weir::cache {

// Fields with memory of their own, as tables write them.
struct FieldsOf {
  using Line = std::pair<std::string_view, std::string_view>;

  FieldsOf(std::initializer_list<Line> lines) {
    for (const Line& line : lines) fields.add(arena, line.first, line.second);
  }
  operator const http::Fields&() const { return fields; }  // NOLINT(google-explicit-constructor)

  base::Arena arena;
  http::Fields fields;
};

}  // namespace weir::cache
