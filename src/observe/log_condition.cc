#include "observe/log_condition.h"

#include <utility>

namespace weir::observe {
namespace {

struct Operator {
  std::string_view text;
  bool by_regex;
  bool negated;
};
constexpr Operator kOperators[] = {
    {"~", true, false}, {"!~", true, true}, {"=", false, false}, {"!=", false, true}};

// The condition in its three parts.
struct Split {
  std::string_view left;
  const Operator* by = nullptr;  // null: there is none
  std::string_view right;
};

// At the first operator that stands alone.
Split split(std::string_view text) {
  for (std::size_t at = text.find(' '); at != std::string_view::npos; at = text.find(' ', at + 1)) {
    std::string_view rest = text.substr(at + 1);
    std::string_view word = rest.substr(0, rest.find(' '));
    for (const Operator& by : kOperators) {
      if (word != by.text) continue;
      rest.remove_prefix(word.size());
      if (!rest.empty()) rest.remove_prefix(1);
      return {text.substr(0, at), &by, rest};
    }
  }
  return {};
}

}  // namespace

base::Result<LogCondition> LogCondition::compile(std::string_view text,
                                                 http::TemplateFault* fault) {
  Split parts = split(text);
  if (parts.by == nullptr) {
    return base::Error{"'" + std::string(text) +
                       "' has none of ~, !~, = and != between a template and a value"};
  }
  auto left = LogTemplate::compile(parts.left, fault);
  if (!left) return left.error();
  if (left.value().is_constant()) {
    return base::Error{"'" + std::string(parts.left) + "' has no variable: it is always the same"};
  }
  LogCondition made;
  made.template_ = std::move(left.value());
  made.negated_ = parts.by->negated;
  if (!parts.by->by_regex) {
    made.value_ = parts.right;
    return made;
  }
  auto regex = http::Regex::compile(parts.right);
  if (!regex) return regex.error();
  made.regex_ = std::move(regex.value());
  return made;
}

bool LogCondition::holds(const Logged& exchange) const {
  std::string_view text = template_.render(exchange);
  bool same = regex_ ? regex_->matches(text) : text == value_;
  return same != negated_;
}

}  // namespace weir::observe
