#include "config/shape.h"

#include "base/clock.h"
#include "config/values.h"

namespace weir::config {

namespace {

// "a, b or c".
std::string alternatives(std::span<const std::string_view> words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? " or " : ", ";
    text += words[i];
  }
  return text;
}

}  // namespace

const KeyInfo* find_key(const Section& section, std::string_view name) {
  for (const KeyInfo* key : section.keys) {
    if (key->name == name) return key;
  }
  return nullptr;
}

std::string bound_text(const Shape& shape, std::uint64_t bound) {
  switch (shape.kind) {
    case Shape::Kind::kDuration:
      return duration_text(base::Duration(static_cast<base::Duration::rep>(bound)));
    case Shape::Kind::kSize:
      return size_text(bound);
    case Shape::Kind::kPercent:
      return std::to_string(bound) + "%";
    default:
      return std::to_string(bound);
  }
}

std::string wants_text(const Shape& shape) {
  if (!shape.wants.empty()) return std::string(shape.wants);
  switch (shape.kind) {
    case Shape::Kind::kDuration:
      return "a duration such as 250ms, 10s or 5m";
    case Shape::Kind::kSize:
      return "a size such as 512, 64k or 8m";
    case Shape::Kind::kInteger:
      return "a whole number from " + std::to_string(shape.least) + " to " +
             std::to_string(shape.most);
    case Shape::Kind::kPercent:
      return "a ratio from " + bound_text(shape, shape.least) + " to " +
             bound_text(shape, shape.most);
    case Shape::Kind::kSwitch:
      return "on or off";
    case Shape::Kind::kChoice:
      return alternatives(shape.choices);
    case Shape::Kind::kSection:
      return "a map of keys";
    case Shape::Kind::kPath:
      return "the path of a file";
    default:
      return "a text";
  }
}

}  // namespace weir::config
