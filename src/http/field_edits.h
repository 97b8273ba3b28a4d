#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/arena.h"
#include "http/fields.h"
#include "http/handler.h"
#include "http/template.h"

namespace weir::http {

// What is wrong with a field that a configuration makes, as words for its author; empty: nothing.
// The name must be a token (RFC 9110 section 5.6.2) that says nothing of framing or connection,
// which weir knows alone; the value must hold no control character.
std::string field_fault(std::string_view name, std::string_view value);

// Changes to the fields of a head, compiled (nginx: proxy_set_header, proxy_hide_header,
// add_header). Immutable once made: workers may share it.
class FieldEdits {
 public:
  // Fields of this name do not go out, be they received or weir's own; this one does. Names and
  // values have passed field_fault().
  void set(std::string name, Template value) { put(std::move(name), std::move(value), true); }
  // This one goes out besides.
  void add(std::string name, Template value) { put(std::move(name), std::move(value), false); }
  // Fields of this name do not go out.
  void remove(std::string name);

  [[nodiscard]] bool empty() const { return edits_.empty() && gone_.empty(); }
  // Received fields that do not go out.
  [[nodiscard]] bool replaces(const Field& field) const {
    return field.id == Name::kOther ? replaces_other(field.name) : replaces(field.id);
  }
  // The same of a known name, weir's own field included.
  [[nodiscard]] bool replaces(Name id) const {
    return (known_ >> static_cast<unsigned>(id) & 1) != 0;
  }
  // What goes out for this request, in order; a value that comes out empty, or with a control
  // character in it, is no field (nginx: an empty value is not passed). Lives as long as the
  // exchange's arena and this.
  [[nodiscard]] Fields render(const Request& request, base::Arena& arena) const;

  bool operator==(const FieldEdits&) const = default;

 private:
  struct Edit {
    std::string name;
    Name id = Name::kOther;
    Template value;

    bool operator==(const Edit&) const = default;
  };

  void put(std::string name, Template value, bool replaces);
  [[nodiscard]] bool replaces_other(std::string_view name) const;

  std::vector<Edit> edits_;
  std::vector<std::string> gone_;  // names that are not known
  std::uint64_t known_ = 0;        // a bit for each known name
  static_assert(kNameCount <= 64);
};

}  // namespace weir::http
