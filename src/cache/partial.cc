#include "cache/partial.h"

#include <cstddef>

#include "base/ascii.h"

namespace weir::cache {
namespace {

using http::Name;

constexpr std::size_t kDigits = 20;

std::string_view decimal(std::uint64_t value, base::Arena& arena) {
  char* text = arena.take(kDigits);
  auto size = static_cast<std::size_t>(base::write_decimal(text, value) - text);
  arena.trim(kDigits, size);
  return {text, size};
}

// What tells of the content, but for what selects it.
bool is_of_content(const http::Field& field, bool tagged) {
  switch (field.id) {
    case Name::kContentEncoding:
    case Name::kContentLength:
    case Name::kContentRange:
    case Name::kContentType:
      return true;
    case Name::kLastModified:
      return tagged;
    default:
      return base::equal_nocase(field.name, "Content-Language");
  }
}

http::ResponseHead partial(const http::ResponseHead& whole) {
  http::ResponseHead head = whole;
  head.status = 206;
  head.reason = {};
  head.framing = http::Framing::kLength;
  head.fields = http::Fields();
  return head;
}

}  // namespace

std::string_view content_range(const Range& range, std::uint64_t size, base::Arena& arena) {
  return arena.join({"bytes ", decimal(range.begin, arena), "-",
                     decimal(range.begin + range.size - 1, arena), "/", decimal(size, arena)});
}

http::ResponseHead not_modified_head(const http::ResponseHead& whole, const http::Fields& extra,
                                     base::Arena& arena) {
  http::ResponseHead head;
  head.status = 304;
  head.forwarded = true;
  bool tagged = whole.fields.find(Name::kEtag) != nullptr;
  head.fields.reserve(arena, whole.fields.size() + extra.size());
  for (const http::Field& field : whole.fields) {
    if (!is_of_content(field, tagged)) head.fields.add(arena, field);
  }
  for (const http::Field& field : extra) head.fields.add(arena, field);
  return head;
}

http::ResponseHead part_head(const http::ResponseHead& whole, const http::Fields& extra,
                             const Range& range, std::uint64_t size, base::Arena& arena) {
  http::ResponseHead head = partial(whole);
  head.content_length = range.size;
  head.fields.reserve(arena, whole.fields.size() + extra.size() + 1);
  for (const http::Field& field : whole.fields) head.fields.add(arena, field);
  for (const http::Field& field : extra) head.fields.add(arena, field);
  head.fields.add(arena, "Content-Range", content_range(range, size, arena));
  return head;
}

http::ResponseHead unsatisfiable_head(const http::Fields& extra, std::uint64_t size,
                                      base::Arena& arena) {
  http::ResponseHead head;
  head.status = 416;
  head.forwarded = true;
  head.framing = http::Framing::kLength;
  for (const http::Field& field : extra) {
    if (field.id != Name::kAge) head.fields.add(arena, field);
  }
  head.fields.add(arena, "Content-Range", arena.join({"bytes */", decimal(size, arena)}));
  return head;
}

http::ResponseHead parts_head(const http::ResponseHead& whole, const http::Fields& extra,
                              std::string_view boundary, base::Arena& arena) {
  http::ResponseHead head = partial(whole);
  head.fields.reserve(arena, whole.fields.size() + extra.size() + 1);
  for (const http::Field& field : whole.fields) {
    if (field.id != Name::kContentType) head.fields.add(arena, field);
  }
  for (const http::Field& field : extra) head.fields.add(arena, field);
  head.fields.add(arena, "Content-Type", arena.join({"multipart/byteranges; boundary=", boundary}));
  return head;
}

}  // namespace weir::cache
