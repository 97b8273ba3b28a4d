#include "routing/split.h"

#include <doctest/doctest.h>

#include <random>
#include <string>
#include <vector>

namespace weir::routing {
namespace {

// A split, asked by requests with a Cookie.
class Asked {
 public:
  explicit Asked(SplitOptions options) : split_(options) {}
  Split::Choice ask(std::string_view cookie = {}, std::uint64_t random = 0) {
    base::Arena arena;
    http::Request request;
    if (!cookie.empty()) request.head.fields.add(arena, "Cookie", cookie);
    return split_.choose(request, random);
  }
  // "name=token" as a client sends back what it was told.
  std::string cookie_of(Split::Choice choice) {
    return std::string(choice.set_cookie.substr(0, choice.set_cookie.find(';')));
  }
  Split split_;
};

SplitOptions shares(std::vector<SplitOptions::Share> all, std::string cookie = {}) {
  return {std::move(all), std::move(cookie)};
}

}  // namespace

TEST_CASE("shares are chosen at random in proportion to their weights") {
  Asked asked(shares({{"api", 95}, {"canary", 5}, {"idle", 0}}));
  std::mt19937_64 random(20'261'127);
  std::vector<int> counts(3);
  constexpr int kDraws = 100'000;
  for (int i = 0; i < kDraws; ++i) ++counts[asked.ask({}, random()).share];
  // Four standard deviations of 5 % of so many.
  CHECK(counts[1] > 5'000 - 276);
  CHECK(counts[1] < 5'000 + 276);
  CHECK(counts[2] == 0);
  CHECK(asked.ask().set_cookie == "");
}

TEST_CASE("every share of weight is reached, and a lone one takes all") {
  Asked asked(shares({{"a", 1}, {"b", 1}, {"c", 1}}));
  for (std::uint64_t i = 0; i < 6; ++i) CHECK(asked.ask({}, i << 11).share == i % 3);
  Asked lone(shares({{"a", 7}}));
  for (std::uint64_t i = 0; i < 20; ++i) CHECK(lone.ask({}, i << 11).share == 0);
}

TEST_CASE("a client stays where its cookie says, whatever is drawn") {
  Asked asked(shares({{"api", 95}, {"canary", 5}}, "share"));
  auto first = asked.ask({}, std::uint64_t{97} << 11);
  CHECK(first.share == 1);
  CHECK(first.set_cookie.starts_with("share="));
  CHECK(first.set_cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax"));
  auto cookie = asked.cookie_of(first);
  auto again = asked.ask("a=b; " + cookie + "; c=d");
  CHECK(again.share == 1);
  CHECK(again.set_cookie == "");
}

TEST_CASE("a cookie says nothing of the upstream's name, and is the same in every process") {
  Asked asked(shares({{"canary", 1}}, "share"));
  CHECK(asked.cookie_of(asked.ask()).find("canary") == std::string::npos);
  CHECK(asked.cookie_of(asked.ask()) ==
        Asked(shares({{"api", 3}, {"canary", 0}, {"b", 1}}, "share"))
            .cookie_of(Asked(shares({{"b", 0}, {"canary", 2}}, "share")).ask()));
}

TEST_CASE("a share of weight 0 keeps its clients and gets no new ones") {
  Asked before(shares({{"api", 1}, {"canary", 1}}, "share"));
  auto cookie = before.cookie_of(before.ask({}, std::uint64_t{1} << 11));
  Asked after(shares({{"api", 1}, {"canary", 0}}, "share"));
  CHECK(after.ask(cookie).share == 1);
  for (std::uint64_t i = 0; i < 20; ++i) CHECK(after.ask({}, i << 11).share == 0);
}

TEST_CASE("a cookie that names no share of now is replaced") {
  Asked asked(shares({{"api", 1}}, "share"));
  for (std::string_view cookie : {"share=", "share=0123456789abcdef", "share", "SHARE=x"}) {
    CAPTURE(cookie);
    CHECK(asked.ask(cookie).set_cookie.starts_with("share="));
  }
  // Of several, the first that names one.
  auto good = asked.cookie_of(asked.ask());
  CHECK(asked.ask("share=stale; " + good).set_cookie == "");
}

}  // namespace weir::routing
