#include "cache/asking.h"

#include "http/date.h"

namespace weir::cache {
namespace {

using http::Name;

bool is_conditional(Name id) {
  switch (id) {
    case Name::kIfMatch:
    case Name::kIfModifiedSince:
    case Name::kIfNoneMatch:
    case Name::kIfRange:
    case Name::kIfUnmodifiedSince:
    case Name::kRange:
      return true;
    default:
      return false;
  }
}

}  // namespace

http::Fields unconditional(const http::Fields& request, base::Arena& arena) {
  http::Fields fields;
  fields.reserve(arena, request.size() + 2);
  for (const http::Field& field : request) {
    if (!is_conditional(field.id)) fields.add(arena, field);
  }
  return fields;
}

http::Fields validating(const http::Fields& request, const Entry& stored, base::Arena& arena) {
  http::Fields fields = unconditional(request, arena);
  const http::Fields& has = stored.head().fields;
  std::string_view tag = has.value(Name::kEtag);
  if (!tag.empty()) fields.add(arena, {http::text_of(Name::kIfNoneMatch), tag, Name::kIfNoneMatch});
  std::string_view modified = has.value(Name::kLastModified);
  if (http::parse_date(modified)) {
    fields.add(arena, {http::text_of(Name::kIfModifiedSince), modified, Name::kIfModifiedSince});
  }
  return fields;
}

}  // namespace weir::cache
