#include "routing/value_pattern.h"

#include <utility>

#include "base/ascii.h"

namespace weir::routing {

base::Result<ValuePattern> ValuePattern::parse(std::string_view text) {
  ValuePattern pattern;
  pattern.text_ = text;
  pattern.any_ = text == "*";
  if (!text.starts_with('~')) return pattern;
  bool no_case = text.starts_with("~*");
  auto regex = base::trim(text.substr(no_case ? 2 : 1));
  if (regex.empty()) return base::Error{"'" + pattern.text_ + "' is a regex without text"};
  auto compiled =
      http::Regex::compile(regex, no_case ? http::Case::kInsensitive : http::Case::kSensitive);
  if (!compiled) return compiled.error();
  pattern.regex_ = base::make_shared_ref<const Compiled>(std::move(compiled.value()));
  return pattern;
}

}  // namespace weir::routing
