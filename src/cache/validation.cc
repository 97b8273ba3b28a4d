#include "cache/validation.h"

#include <cstddef>

#include "base/ascii.h"
#include "http/date.h"

namespace weir::cache {
namespace {

using http::Name;

constexpr Seconds kStrongAfter = 60;

// etagc: %x21, %x23-7E, obs-text.
bool is_tag_char(char c) {
  auto byte = static_cast<unsigned char>(c);
  return byte > 0x20 && byte != '"' && byte != 0x7f;
}

enum class Listed : std::uint8_t { kNo, kYes, kUnreadable };

// Whether one line of If-None-Match names the tag, by weak comparison.
Listed is_listed(std::string_view line, const std::optional<EntityTag>& tag) {
  Listed result = Listed::kNo;
  while (true) {
    while (!line.empty() && (line.front() == ',' || base::is_blank(line.front())))
      line.remove_prefix(1);
    if (line.empty()) return result;
    auto one = read_entity_tag(line);
    line = base::trim(line);
    if (!one || !(line.empty() || line.front() == ',')) return Listed::kUnreadable;
    if (tag && one->opaque == tag->opaque) result = Listed::kYes;
  }
}

Condition none_match(const http::Fields& request, const http::Fields& stored) {
  auto tag = parse_entity_tag(stored.value(Name::kEtag));
  Condition result = Condition::kNone;
  for (const http::Field& field : request) {
    if (field.id != Name::kIfNoneMatch) continue;
    if (field.value == "*") return Condition::kNotModified;
    Listed listed = is_listed(field.value, tag);
    if (listed == Listed::kUnreadable) return Condition::kForward;
    if (listed == Listed::kYes) result = Condition::kNotModified;
  }
  return result;
}

// A date that cannot be read is no condition (RFC 9110 section 13.1.3).
Condition modified_since(const http::Fields& request, const http::Fields& stored,
                         Seconds received) {
  auto since = http::parse_date(request.value(Name::kIfModifiedSince));
  if (!since) return Condition::kNone;
  auto changed = http::parse_date(stored.value(Name::kLastModified));
  if (!changed) changed = http::parse_date(stored.value(Name::kDate));
  return changed.value_or(received) <= *since ? Condition::kNotModified : Condition::kNone;
}

}  // namespace

std::optional<EntityTag> read_entity_tag(std::string_view& text) {
  std::string_view rest = text;
  bool weak = rest.substr(0, 2) == "W/";
  if (weak) rest.remove_prefix(2);
  if (rest.empty() || rest.front() != '"') return std::nullopt;
  std::size_t end = 1;
  while (end < rest.size() && is_tag_char(rest[end])) ++end;
  if (end == rest.size() || rest[end] != '"') return std::nullopt;
  text = rest.substr(end + 1);
  return EntityTag{rest.substr(1, end - 1), weak};
}

std::optional<EntityTag> parse_entity_tag(std::string_view text) {
  auto tag = read_entity_tag(text);
  return text.empty() ? tag : std::nullopt;
}

Condition evaluate(const http::Fields& request, const http::Fields& stored, Seconds received) {
  bool of_origin =
      request.find(Name::kIfMatch) != nullptr || request.find(Name::kIfUnmodifiedSince) != nullptr;
  if (of_origin) return Condition::kForward;
  if (request.find(Name::kIfNoneMatch) != nullptr) return none_match(request, stored);
  return modified_since(request, stored, received);
}

bool if_range_holds(const http::Fields& request, const http::Fields& stored) {
  const http::Field* field = request.find(Name::kIfRange);
  if (field == nullptr) return true;
  if (auto asked = parse_entity_tag(field->value)) {
    auto tag = parse_entity_tag(stored.value(Name::kEtag));
    return tag && strong_match(*asked, *tag);
  }
  auto modified = http::parse_date(stored.value(Name::kLastModified));
  auto date = http::parse_date(stored.value(Name::kDate));
  return modified && date && *date - *modified >= kStrongAfter &&
         http::parse_date(field->value) == modified;
}

bool selects(const http::Fields& not_modified, const http::Fields& stored) {
  if (const http::Field* field = not_modified.find(Name::kEtag)) {
    auto theirs = parse_entity_tag(field->value);
    auto ours = parse_entity_tag(stored.value(Name::kEtag));
    if (!theirs || !ours) return false;
    return theirs->weak ? theirs->opaque == ours->opaque : strong_match(*theirs, *ours);
  }
  if (const http::Field* field = not_modified.find(Name::kLastModified))
    return http::parse_date(field->value) == http::parse_date(stored.value(Name::kLastModified));
  return true;
}

}  // namespace weir::cache
