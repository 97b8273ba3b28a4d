#include "cache/validation.h"

#include <doctest/doctest.h>

#include "unit/cache/fields_of.h"

namespace weir::cache {
namespace {

constexpr Seconds kNow = 784'111'777;  // Sun, 06 Nov 1994 08:49:37 GMT
constexpr std::string_view kDate = "Sun, 06 Nov 1994 08:49:37 GMT";
constexpr std::string_view kModified = "Sat, 05 Nov 1994 08:49:37 GMT";
constexpr std::string_view kOlder = "Fri, 04 Nov 1994 08:49:37 GMT";

Condition ask(const FieldsOf& request, const FieldsOf& stored) {
  return evaluate(request, stored, kNow);
}
Condition none_match(std::string_view list, std::string_view tag) {
  return ask({{"If-None-Match", list}}, {{"ETag", tag}});
}

}  // namespace

TEST_CASE("entity tags are read as RFC 9110 section 8.8.3 has them") {
  CHECK(parse_entity_tag("\"x\"")->opaque == "x");
  CHECK_FALSE(parse_entity_tag("\"x\"")->weak);
  CHECK(parse_entity_tag("W/\"x\"")->weak);
  CHECK(parse_entity_tag("\"\"")->opaque.empty());
  CHECK(parse_entity_tag("\"a,b\\\"")->opaque == "a,b\\");
  for (std::string_view text : {"", "x", "\"", "\"x", "x\"", "w/\"x\"", "W/x", "\"a b\"", "\"a\"b",
                                " \"x\"", "\"x\" ", "\"a\x7f\"", "'x'"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_entity_tag(text));
  }
}

TEST_CASE("If-None-Match finds the stored tag by weak comparison (section 13.1.2)") {
  CHECK(none_match("\"x\"", "\"x\"") == Condition::kNotModified);
  CHECK(none_match("W/\"x\"", "\"x\"") == Condition::kNotModified);
  CHECK(none_match("\"x\"", "W/\"x\"") == Condition::kNotModified);
  CHECK(none_match("\"a\", W/\"b\" ,\"x\"", "\"x\"") == Condition::kNotModified);
  CHECK(none_match("\"a,\", \"x\"", "\"x\"") == Condition::kNotModified);
  CHECK(none_match("*", "\"x\"") == Condition::kNotModified);
  CHECK(none_match("\"y\"", "\"x\"") == Condition::kNone);
  CHECK(none_match("\"X\"", "\"x\"") == Condition::kNone);
  CHECK(ask({{"If-None-Match", "\"a\""}, {"If-None-Match", "\"x\""}}, {{"ETag", "\"x\""}}) ==
        Condition::kNotModified);
  CHECK(ask({{"If-None-Match", "\"a\""}}, {}) == Condition::kNone);
  CHECK(ask({{"If-None-Match", "*"}}, {}) == Condition::kNotModified);
}

TEST_CASE("a list of tags that cannot be read is the origin's to judge") {
  for (std::string_view list : {"x", "\"x\" \"y\"", "\"x\", y", "\"x", "*, \"x\"", "w/\"x\""}) {
    CAPTURE(list);
    CHECK(none_match(list, "\"x\"") == Condition::kForward);
  }
}

TEST_CASE("If-None-Match has precedence over If-Modified-Since (section 13.2.2)") {
  CHECK(ask({{"If-None-Match", "\"y\""}, {"If-Modified-Since", kDate}},
            {{"ETag", "\"x\""}, {"Last-Modified", kModified}}) == Condition::kNone);
}

TEST_CASE("If-Modified-Since compares with Last-Modified, Date, or when it came (section 4.3.2)") {
  auto since = [](std::string_view date, const FieldsOf& stored) {
    return ask({{"If-Modified-Since", date}}, stored);
  };
  CHECK(since(kModified, {{"Last-Modified", kModified}}) == Condition::kNotModified);
  CHECK(since(kDate, {{"Last-Modified", kModified}}) == Condition::kNotModified);
  CHECK(since(kOlder, {{"Last-Modified", kModified}}) == Condition::kNone);
  CHECK(since("Saturday, 05-Nov-94 08:49:37 GMT", {{"Last-Modified", kModified}}) ==
        Condition::kNotModified);
  CHECK(since(kDate, {{"Date", kDate}}) == Condition::kNotModified);
  CHECK(since(kModified, {{"Date", kDate}}) == Condition::kNone);
  CHECK(since(kDate, {}) == Condition::kNotModified);
  CHECK(since(kModified, {}) == Condition::kNone);
  CHECK(since("yesterday", {{"Last-Modified", kModified}}) == Condition::kNone);
}

TEST_CASE("If-Match and If-Unmodified-Since are the origin's to judge") {
  CHECK(ask({{"If-Match", "\"x\""}}, {{"ETag", "\"x\""}}) == Condition::kForward);
  CHECK(ask({{"If-Unmodified-Since", kDate}}, {{"ETag", "\"x\""}}) == Condition::kForward);
  CHECK(ask({{"If-Match", "*"}, {"If-None-Match", "*"}}, {}) == Condition::kForward);
  CHECK(ask({}, {}) == Condition::kNone);
}

TEST_CASE("If-Range holds for the same strong tag, or the date of a strong Last-Modified") {
  auto holds = [](std::string_view value, const FieldsOf& stored) {
    return if_range_holds(FieldsOf{{"If-Range", value}}, stored);
  };
  CHECK(if_range_holds(FieldsOf{}, FieldsOf{}));
  CHECK(holds("\"x\"", {{"ETag", "\"x\""}}));
  CHECK_FALSE(holds("\"y\"", {{"ETag", "\"x\""}}));
  CHECK_FALSE(holds("W/\"x\"", {{"ETag", "\"x\""}}));
  CHECK_FALSE(holds("\"x\"", {{"ETag", "W/\"x\""}}));
  CHECK_FALSE(holds("\"x\"", {}));
  CHECK(holds(kModified, {{"Last-Modified", kModified}, {"Date", kDate}}));
  CHECK_FALSE(holds(kDate, {{"Last-Modified", kModified}, {"Date", kDate}}));
  CHECK_FALSE(holds(kModified, {{"Last-Modified", kModified}}));
  CHECK_FALSE(holds(kDate, {{"Last-Modified", kDate}, {"Date", kDate}}));
  CHECK_FALSE(holds("x", {{"Last-Modified", kModified}, {"Date", kDate}}));
}

TEST_CASE("a 304 is about the stored response that has its validator (RFC 9111 section 4.3.4)") {
  FieldsOf tagged{{"ETag", "\"x\""}, {"Last-Modified", kModified}};
  FieldsOf weak{{"ETag", "W/\"x\""}};
  CHECK(selects(FieldsOf{{"ETag", "\"x\""}}, tagged));
  CHECK_FALSE(selects(FieldsOf{{"ETag", "\"y\""}, {"Last-Modified", kModified}}, tagged));
  CHECK_FALSE(selects(FieldsOf{{"ETag", "\"x\""}}, weak));
  CHECK(selects(FieldsOf{{"ETag", "W/\"x\""}}, weak));
  CHECK(selects(FieldsOf{{"ETag", "W/\"x\""}}, tagged));
  CHECK_FALSE(selects(FieldsOf{{"ETag", "x"}}, tagged));
  CHECK(selects(FieldsOf{{"Last-Modified", kModified}}, tagged));
  CHECK_FALSE(selects(FieldsOf{{"Last-Modified", kOlder}}, tagged));
  CHECK(selects(FieldsOf{}, tagged));
}

}  // namespace weir::cache
