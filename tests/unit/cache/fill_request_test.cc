#include "cache/fill_request.h"

#include <doctest/doctest.h>

#include "unit/cache/stored.h"

namespace weir::cache {

TEST_CASE("a fill asks for the whole, whatever part or condition its client asked for") {
  FieldsOf fields{{"Host", "example.com"},    {"Range", "bytes=0-1"},   {"If-Range", "\"1\""},
                  {"If-None-Match", "\"1\""}, {"If-Match", "*"},        {"If-Modified-Since", "x"},
                  {"Expect", "100-continue"}, {"Upgrade", "websocket"}, {"Content-Length", "0"},
                  {"Cookie", "a=b"}};
  http::Request from;
  from.head.fields = fields;
  from.head.path = "/path";
  from.head.framing = http::Framing::kLength;
  from.head.upgrade = from.head.expect_continue = true;
  from.client = "192.0.2.1";
  base::Arena arena;
  http::Request copy = fill_request(from, nullptr, arena);
  std::string names;
  for (const auto& field : copy.head.fields) names += std::string(field.name) + " ";
  CHECK(names == "Host Cookie ");
  CHECK(copy.head.path == "/path");
  CHECK(copy.head.path.data() != from.head.path.data());
  CHECK(copy.head.framing == http::Framing::kNone);
  CHECK(!copy.head.upgrade);
  CHECK(!copy.head.expect_continue);
  CHECK(copy.client == "192.0.2.1");
  CHECK(copy.arena == &arena);
}

TEST_CASE("what is stored is validated by all that it has") {
  http::Request from;
  base::Arena arena;
  EntryRef both =
      stored("key", "body",
             FieldsOf{{"Last-Modified", "Sun, 06 Nov 1994 08:49:37 GMT"}, {"ETag", "W/\"1\""}});
  http::Request copy = fill_request(from, both.get(), arena);
  CHECK(copy.head.fields.value(http::Name::kIfNoneMatch) == "W/\"1\"");
  CHECK(copy.head.fields.value(http::Name::kIfModifiedSince) == "Sun, 06 Nov 1994 08:49:37 GMT");
  EntryRef neither = stored("key");
  CHECK(fill_request(from, neither.get(), arena).head.fields.empty());
}

}  // namespace weir::cache
