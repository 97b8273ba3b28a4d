#include "cache/shard.h"

#include <doctest/doctest.h>

#include <string>

#include "unit/cache/stored.h"

namespace weir::cache {
namespace {

constexpr base::HashKey kKey{1, 2};
constexpr std::size_t kMuch = std::size_t{1} << 24U;

// Bytes that one entry of a one-letter key takes, by the shard's own count.
std::size_t cost_of_one() {
  Shard shard(kMuch, kKey);
  shard.insert(stored("a"), shard.ticket());
  return shard.counts().bytes;
}

struct Fixture {
  Inserted put(const std::string& key, std::string_view body = "body") {
    return shard.insert(stored(key, body), shard.ticket(), 3);
  }
  Inserted put(const FieldsOf& request, std::string_view body, std::string_view vary = "X-A") {
    FieldsOf fields{{"Vary", vary}};
    return shard.insert(stored("k", body, fields, request), shard.ticket(), 3);
  }
  std::string get(const std::string& key, const FieldsOf& request = {}) {
    return body_of(shard.find(key, request));
  }
  Shard shard{kMuch, kKey};
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "what was stored is found under its key, and under no other") {
  CHECK(put("a", "1") == Inserted::kStored);
  CHECK(put("b", "2") == Inserted::kStored);
  CHECK(get("a") == "1");
  CHECK(get("b") == "2");
  CHECK(get("c") == "(none)");
  CHECK(put("a", "3") == Inserted::kStored);
  CHECK(get("a") == "3");
  CHECK(shard.counts().entries == 2);
}

TEST_CASE_FIXTURE(Fixture, "variants are found by what their request had in the fields of Vary") {
  put({{"X-A", "1"}}, "one");
  put({{"X-A", "2"}}, "two");
  CHECK(get("k", {{"X-A", "1"}}) == "one");
  CHECK(get("k", {{"X-A", "2"}, {"X-B", "9"}}) == "two");
  CHECK(get("k", {}) == "(none)");
  put({{"X-A", "1"}}, "one again");
  CHECK(get("k", {{"X-A", "1"}}) == "one again");
  CHECK(shard.counts().entries == 2);
  // An origin that now varies by another field: the newest that fits.
  put({{"X-B", "9"}}, "by b", "X-B");
  CHECK(get("k", {{"X-A", "2"}, {"X-B", "9"}}) == "by b");
  CHECK(get("k", {{"X-A", "2"}}) == "two");
}

TEST_CASE_FIXTURE(Fixture, "of one variant too many the oldest goes") {
  for (std::string_view value : {"1", "2", "3", "4"}) put({{"X-A", value}}, value);
  CHECK(get("k", {{"X-A", "1"}}) == "(none)");
  CHECK(get("k", {{"X-A", "4"}}) == "4");
  CHECK(shard.counts().entries == 3);
  CHECK(shard.counts().evictions == 1);
}

TEST_CASE("the budget holds under a flood of ten times as much") {
  std::size_t one = cost_of_one();
  Shard shard(100 * one, kKey);
  for (int i = 0; i < 1000; ++i) {
    CHECK(shard.insert(stored(std::to_string(i)), shard.ticket()) == Inserted::kStored);
    REQUIRE(shard.counts().bytes <= 100 * one);
  }
  StoreCounts counts = shard.counts();
  CHECK(counts.entries > 50);
  CHECK(counts.stores == 1000);
  CHECK(counts.evictions == 1000 - counts.entries);
  CHECK(shard.insert(stored("big", std::string(100 * one, 'x')), shard.ticket()) ==
        Inserted::kTooLarge);
  CHECK(shard.counts().entries == counts.entries);
}

TEST_CASE("what is asked for again outlives a scan of things asked for once") {
  std::size_t one = cost_of_one() + 8;
  Shard shard(100 * one, kKey);
  for (int i = 0; i < 20; ++i) shard.insert(stored("hot" + std::to_string(i)), shard.ticket());
  for (int i = 0; i < 1000; ++i) {
    shard.insert(stored(std::to_string(i)), shard.ticket());
    if (i % 50 == 0) {
      for (int hot = 0; hot < 20; ++hot) CHECK(shard.find("hot" + std::to_string(hot), {}));
    }
  }
}

TEST_CASE_FIXTURE(Fixture, "a purge takes a key, a prefix or a tag out, at once") {
  put("http://a/x/1");
  put("http://a/x/2");
  put("http://a/y");
  FieldsOf tagged{{"Surrogate-Key", "blue red"}};
  shard.insert(stored("t", "tagged", tagged), shard.ticket());
  CHECK(shard.purge({Purge::By::kKey, "http://a/x"}) == 0);
  CHECK(shard.purge({Purge::By::kKey, "http://a/y"}) == 1);
  CHECK(get("http://a/y") == "(none)");
  CHECK(shard.purge({Purge::By::kPrefix, "http://a/x/"}) == 2);
  CHECK(get("http://a/x/1") == "(none)");
  CHECK(shard.purge({Purge::By::kTag, "re"}) == 0);
  CHECK(shard.purge({Purge::By::kTag, "red"}) == 1);
  CHECK(get("t") == "(none)");
  CHECK(shard.counts().entries == 0);
  CHECK(shard.counts().bytes == 0);
  CHECK(shard.counts().evictions == 0);
}

TEST_CASE_FIXTURE(Fixture, "a soft purge leaves it, marked") {
  put("a");
  CHECK(shard.purge({Purge::By::kKey, "a", true}) == 1);
  REQUIRE(shard.find("a", {}));
  CHECK(shard.find("a", {})->terms().purged);
}

TEST_CASE_FIXTURE(Fixture, "a purge during a fill is not lost") {
  auto fill = [this](const Purge& purge) {
    std::uint64_t ticket = shard.ticket();
    shard.purge(purge);
    FieldsOf tagged{{"Surrogate-Key", "red"}};
    return shard.insert(stored("key", "old", tagged), ticket);
  };
  CHECK(fill({Purge::By::kKey, "key"}) == Inserted::kPurged);
  CHECK(fill({Purge::By::kPrefix, "ke"}) == Inserted::kPurged);
  CHECK(fill({Purge::By::kTag, "red"}) == Inserted::kPurged);
  CHECK(fill({Purge::By::kKey, "key", true}) == Inserted::kPurged);
  CHECK(get("key") == "(none)");
  CHECK(fill({Purge::By::kKey, "other"}) == Inserted::kStored);
  CHECK(get("key") == "old");
}

TEST_CASE_FIXTURE(Fixture, "a fill that many purges overtook is taken as purged") {
  std::uint64_t ticket = shard.ticket();
  for (int i = 0; i < 1000; ++i) shard.purge({Purge::By::kKey, "other"});
  CHECK(shard.insert(stored("key"), ticket) == Inserted::kPurged);
  CHECK(shard.insert(stored("key"), shard.ticket()) == Inserted::kStored);
}

TEST_CASE_FIXTURE(Fixture, "an entry that was dropped lives for who holds it") {
  put("a", "held");
  EntryRef held = shard.find("a", {});
  shard.purge({Purge::By::kKey, "a"});
  CHECK(body_of(held) == "held");
}

}  // namespace weir::cache
