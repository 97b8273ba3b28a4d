#include "cache/intake.h"

#include <doctest/doctest.h>

#include <string>
#include <utility>

#include "unit/cache/stored.h"

namespace weir::cache {
namespace {

constexpr Seconds kNow = 784'111'777;

struct Filling {
  Store store{{std::size_t{1} << 20U, 100'000, 1}};
  CompiledCache plan = CompiledCache::compile({}).value();
  base::Arena arena;
  http::Request request;
  FieldsOf fields{{"Cache-Control", "max-age=60"}, {"Vary", "Accept"}};
  Intake intake;

  Filling() {
    request.arena = &arena;
    request.head.method = http::Method::kGet;
  }
  // What is read of the answer lies in memory that is gone afterwards.
  NotStored begin(std::uint64_t length, http::Framing framing = http::Framing::kLength) {
    intake.open(plan, store, "key", request, kNow);
    base::Arena read;
    http::ResponseHead head;
    head.status = 200;
    head.reason = read.copy("Fine");
    head.framing = framing;
    head.content_length = length;
    for (const http::Field& field : fields.fields)
      head.fields.add(read, read.copy(field.name), read.copy(field.value));
    return intake.head({}, head, kNow + 2);
  }
};

}  // namespace

TEST_CASE_FIXTURE(Filling, "what is whole is found, as it came, in blocks that take few writes") {
  std::string body;
  for (int i = 0; body.size() < 90'000; ++i) body += std::to_string(i);
  CHECK(begin(body.size()) == NotStored::kStored);
  CHECK(intake.terms().age == 2);
  for (std::size_t at = 0; at < body.size(); at += 777) intake.body(body.substr(at, 777));
  CHECK_FALSE(store.find("key", {}));
  CHECK(intake.finish() == NotStored::kStored);
  EntryRef entry = store.find("key", {});
  CHECK(body_of(entry) == body);
  CHECK(entry->body().size() == 2);
  CHECK(entry->head().reason == "Fine");
  CHECK(entry->head().fields.value(http::Name::kDate) == "Sun, 06 Nov 1994 08:49:39 GMT");
  CHECK(entry->identity().names == "accept");
  FieldsOf other{{"Accept", "x"}};
  CHECK_FALSE(store.find("key", other));
}

TEST_CASE_FIXTURE(Filling, "less or more than was promised is not stored (RFC 9111 section 3.3)") {
  for (std::uint64_t promised : {std::uint64_t{4}, std::uint64_t{6}}) {
    CHECK(begin(promised) == NotStored::kStored);
    intake.body("hello");
    CHECK(intake.finish() == NotStored::kIncomplete);
  }
  CHECK(begin(5) == NotStored::kStored);
  intake.body("he");
  intake.drop();
  CHECK_FALSE(intake.on());
  CHECK(store.counts().entries == 0);
}

TEST_CASE_FIXTURE(Filling, "what is purged while it comes is not stored") {
  CHECK(begin(5) == NotStored::kStored);
  intake.body("hello");
  store.purge({Purge::By::kKey, "key"});
  CHECK(intake.finish() == NotStored::kPurged);
  CHECK(begin(5) == NotStored::kStored);
  intake.body("hello");
  CHECK(intake.finish() == NotStored::kStored);
}

TEST_CASE_FIXTURE(Filling, "what outgrows max_object is let go at once") {
  CHECK(begin(100'001) == NotStored::kTooLarge);
  CHECK(begin(0, http::Framing::kChunked) == NotStored::kStored);
  for (int i = 0; i < 11; ++i) intake.body(std::string(10'000, 'x'));
  CHECK_FALSE(intake.on());
  CHECK(intake.finish() == NotStored::kTooLarge);
  CHECK(store.counts().entries == 0);
}

}  // namespace weir::cache
