#include "cache/partial.h"

#include <doctest/doctest.h>

#include <string>

#include "unit/cache/fields_of.h"

namespace weir::cache {
namespace {

std::string names_of(const http::Fields& fields) {
  std::string text;
  for (const http::Field& field : fields) text += std::string(field.name) + " ";
  return text;
}

const FieldsOf& whole_fields() {
  static const FieldsOf fields{
      {"Date", "d"},          {"Content-Type", "text/plain"}, {"ETag", "\"1\""},
      {"Last-Modified", "m"}, {"Content-Language", "en"},     {"Cache-Control", "max-age=1"}};
  return fields;
}

http::ResponseHead whole() {
  http::ResponseHead head;
  head.status = 200;
  head.reason = "Fine";
  head.framing = http::Framing::kLength;
  head.content_length = 10;
  head.forwarded = true;
  head.fields = whole_fields();
  return head;
}

}  // namespace

TEST_CASE("a 304 leaves out what tells of content, Last-Modified where there is a tag") {
  base::Arena arena;
  FieldsOf extra{{"Age", "1"}};
  http::ResponseHead head = not_modified_head(whole(), extra, arena);
  CHECK(head.status == 304);
  CHECK(head.reason.empty());
  CHECK(head.framing == http::Framing::kNone);
  CHECK(names_of(head.fields) == "Date ETag Cache-Control Age ");
  http::ResponseHead untagged = whole();
  FieldsOf modified{{"Last-Modified", "m"}, {"Content-Encoding", "br"}};
  untagged.fields = modified;
  CHECK(names_of(not_modified_head(untagged, {}, arena).fields) == "Last-Modified ");
}

TEST_CASE("parts say where they lie in the whole, in their head or each of its own") {
  base::Arena arena;
  http::ResponseHead one = part_head(whole(), {}, {2, 3}, 10, arena);
  CHECK(one.status == 206);
  CHECK(one.content_length == 3);
  CHECK(one.fields.value(http::Name::kContentRange) == "bytes 2-4/10");
  CHECK(one.fields.value(http::Name::kContentType) == "text/plain");
  http::ResponseHead several = parts_head(whole(), {}, "xyz", arena);
  CHECK(several.status == 206);
  CHECK(several.fields.find(http::Name::kContentRange) == nullptr);
  CHECK(several.fields.value(http::Name::kContentType) == "multipart/byteranges; boundary=xyz");
  CHECK(several.fields.size() == whole().fields.size());
}

TEST_CASE("a 416 says the size alone") {
  base::Arena arena;
  FieldsOf extra{{"Age", "1"}, {"Cache-Status", "weir; hit"}};
  http::ResponseHead head = unsatisfiable_head(extra, 10, arena);
  CHECK(head.status == 416);
  CHECK(head.content_length == 0);
  CHECK(names_of(head.fields) == "Cache-Status Content-Range ");
  CHECK(head.fields.value(http::Name::kContentRange) == "bytes */10");
}

}  // namespace weir::cache
