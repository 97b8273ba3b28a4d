#pragma once

#include <string_view>

#include "http/fields.h"

namespace weir::cache {

// One member of a Cache-Control (RFC 9111 section 5.2). Views into the text it was read from.
struct Directive {
  std::string_view name;   // as received; compare without case
  std::string_view value;  // without its quotes, escapes left as they are
  bool has_value = false;
  // As the grammar has it. What is not is named all the same, where it begins with a name: who
  // reads `no-store=` or `max-age =60` must not take it for absent.
  bool well_formed = true;
};

// Reads the members of one field line in turn. Empty members are passed over; a comma inside of a
// quoted string separates nothing.
class DirectiveReader {
 public:
  explicit DirectiveReader(std::string_view line) : rest_(line) {}
  // The next member, or false at the end.
  bool next(Directive& out);

 private:
  void read_value(Directive& out);
  // Behind the next comma that is in no quotes.
  void skip_member();

  std::string_view rest_;
};

// Calls visit(directive) for each member of all lines of `name`, in order.
template <class Visit>
void each_directive(const http::Fields& fields, http::Name name, Visit visit) {
  for (const http::Field& field : fields) {
    if (field.id != name) continue;
    DirectiveReader reader(field.value);
    Directive directive;
    while (reader.next(directive)) visit(directive);
  }
}

}  // namespace weir::cache
