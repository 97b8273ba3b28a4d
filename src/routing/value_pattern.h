#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "base/ref.h"
#include "base/result.h"
#include "http/regex.h"

namespace weir::routing {

// What the value of a header, cookie or query parameter has to be. A plain value; searched by many
// threads.
class ValuePattern {
 public:
  // Reads "*" (present, whatever the value), "~ regex", "~* regex" (without regard to case; the
  // blank may be left out), or the exact value. A regex is found anywhere in the value. The error
  // is that of the regex.
  static base::Result<ValuePattern> parse(std::string_view text);

  [[nodiscard]] bool matches(std::string_view value) const {
    if (regex_) return regex_->regex.matches(value);
    return any_ || value == text_;
  }
  // As it was written.
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  // Copies of a pattern hold the same one.
  struct Compiled : base::Shared {
    explicit Compiled(http::Regex compiled) : regex(std::move(compiled)) {}
    http::Regex regex;
  };

  std::string text_;
  bool any_ = false;
  base::SharedRef<const Compiled> regex_;  // null: not a regex
};

}  // namespace weir::routing
