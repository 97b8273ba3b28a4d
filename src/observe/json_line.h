#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "observe/log_text.h"
#include "observe/logged.h"

namespace weir::observe {

// A field of a JSON line: the variable of the same name.
struct JsonField {
  enum class Kind : std::uint8_t { kText, kNumber };
  std::string_view name;
  Kind kind = Kind::kText;
};

// The fields of a line in their order, which only ever grows at its end.
std::span<const JsonField> json_fields();

// One JSON object on a line, for one exchange: each field is a string, a number, or null where the
// variable has no value; what each try has a value of is an array, one entry a try. Values are
// masked as a template's. A view, valid until the scratch memory is forgotten.
class JsonLine {
 public:
  explicit JsonLine(const Logged& exchange);

  // Room that is enough for the line when each value is cut to `text_max` bytes.
  [[nodiscard]] std::size_t size_max(std::size_t text_max) const;
  // Writes the line with its end, where there is as much room.
  void put(LogText& line, std::size_t text_max) const;

 private:
  std::string_view* values_;  // by field; of an array its JSON
};

}  // namespace weir::observe
