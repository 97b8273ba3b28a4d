#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

#include "base/ascii.h"
#include "http/fields.h"
#include "http/framing.h"

namespace weir::http {

// The fields that Connection names, which end at this hop (RFC 9110 section 7.6.1). They are taken
// down once, so that each field of a head costs the same however many there are; how many may be
// named is bounded where heads are parsed (kConnectionOptionsMax), and more are not taken down. On
// the stack, for the time of writing one head; the fields outlive it.
class NamedFields {
 public:
  explicit NamedFields(const Fields& fields) {
    for (const Field& field : fields) {
      if (field.id != Name::kConnection) continue;
      base::each_token(field.value, [this](std::string_view option) { return add(option); });
    }
  }

  // Most heads name none.
  [[nodiscard]] bool any() const { return size_ != 0; }
  [[nodiscard]] bool has(std::string_view name) const {
    return std::any_of(options_.data(), options_.data() + size_, [name](const Option& option) {
      return base::equal_nocase({option.text, option.size}, name);
    });
  }

 private:
  // Left unset, unlike a view.
  struct Option {
    const char* text;
    std::size_t size;
  };

  bool add(std::string_view option) {
    bool usual = base::equal_nocase(option, "keep-alive") || base::equal_nocase(option, "close");
    if (usual) return true;
    if (size_ == kConnectionOptionsMax) return false;
    options_.at(size_++) = {option.data(), option.size()};
    return true;
  }

  std::size_t size_ = 0;
  std::array<Option, kConnectionOptionsMax> options_;  // the first size_ of them
};

}  // namespace weir::http
