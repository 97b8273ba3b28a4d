#include "cache/entry.h"

#include <doctest/doctest.h>

#include "unit/cache/stored.h"

namespace weir::cache {
namespace {

std::string field(const Entry& entry, std::string_view name) {
  const http::Field* found = entry.head().fields.find(name);
  return found == nullptr ? "(none)" : std::string(found->value);
}

}  // namespace

TEST_CASE("an entry keeps what may be stored, in memory of its own") {
  EntryRef entry;
  {
    std::string text = "value";
    FieldsOf fields{{"X-A", text},
                    {"Connection", "X-Hop"},
                    {"X-Hop", "1"},
                    {"Content-Length", "9"},
                    {"ETag", "\"x\""}};
    entry = stored("k", "abc", fields);
    text = "other";
  }
  CHECK(field(*entry, "X-A") == "value");
  CHECK(field(*entry, "etag") == "\"x\"");
  CHECK(field(*entry, "X-Hop") == "(none)");
  CHECK(field(*entry, "Content-Length") == "(none)");
  CHECK(entry->head().content_length == 3);
  CHECK(entry->head().framing == http::Framing::kLength);
  CHECK(body_of(entry) == "abc");
}

TEST_CASE("surrogate keys are words, cache tags a list") {
  FieldsOf fields{{"Surrogate-Key", "a  b/c"}, {"Cache-Tag", "d e, f"}};
  EntryRef entry = stored("k", "", fields);
  for (std::string_view tag : {"a", "b/c", "d e", "f"}) CHECK(entry->has_tag(tag));
  for (std::string_view tag : {"", "A", "b", "d", "a  b/c", "d e, f"})
    CHECK_FALSE(entry->has_tag(tag));
}

TEST_CASE("a 304 renews fields, and leaves those of the body (RFC 9111 section 3.2)") {
  FieldsOf fields{
      {"X-A", "1"}, {"X-B", "1"},     {"Content-Type", "text/plain"}, {"Content-Encoding", "gzip"},
      {"X-B", "2"}, {"ETag", "\"x\""}};
  EntryRef entry = stored("k", "abc", fields);
  Terms terms;
  terms.lifetime = 99;
  FieldsOf newer{{"x-b", "3"},
                 {"Content-Type", "text/html"},
                 {"Content-Encoding", "br"},
                 {"Content-Length", "0"},
                 {"X-New", "n"},
                 {"Set-Cookie", "a=b"},
                 {"Connection", "X-Hop"},
                 {"X-Hop", "h"}};
  EntryRef renewed = entry->renewed(newer, terms);
  CHECK(field(*renewed, "X-A") == "1");
  CHECK(field(*renewed, "X-B") == "3");
  CHECK(field(*renewed, "X-New") == "n");
  CHECK(field(*renewed, "Content-Type") == "text/plain");
  CHECK(field(*renewed, "Content-Encoding") == "gzip");
  CHECK(field(*renewed, "Set-Cookie") == "(none)");
  CHECK(field(*renewed, "X-Hop") == "(none)");
  CHECK(renewed->head().content_length == 3);
  CHECK(renewed->terms().lifetime == 99);
  CHECK(&renewed->body()[0]->bytes()[0] == &entry->body()[0]->bytes()[0]);
  CHECK(field(*entry, "X-B") == "1");
}

TEST_CASE("a soft purge marks the terms, and not those of a renewed entry") {
  EntryRef entry = stored("k");
  CHECK_FALSE(entry->terms().purged);
  entry->mark_purged();
  CHECK(entry->terms().purged);
  CHECK_FALSE(entry->renewed({}, {})->terms().purged);
}

}  // namespace weir::cache
