#include "routing/prefix_tree.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace weir::routing {
namespace {

// All texts that `path` begins with, longest first, as the tree tells them.
std::vector<std::uint32_t> chain(const PrefixTree& tree, std::string_view path) {
  std::vector<std::uint32_t> found;
  for (auto at = tree.longest(path); at != PrefixTree::kNone; at = tree.shorter(at)) {
    found.push_back(at);
  }
  return found;
}

std::vector<std::uint32_t> searched(const std::vector<std::string>& texts, std::string_view path) {
  std::vector<std::uint32_t> found;
  for (auto size = path.size() + 1; size-- > 0;) {
    for (std::uint32_t i = 0; i < texts.size(); ++i) {
      if (texts[i] == path.substr(0, size)) found.push_back(i);
    }
  }
  return found;
}

TEST_CASE("an empty tree finds nothing") {
  CHECK(PrefixTree().longest("/a") == PrefixTree::kNone);
  CHECK(PrefixTree(std::vector<std::string>{}).longest("") == PrefixTree::kNone);
}

TEST_CASE("the longest text is found first, then the shorter ones") {
  PrefixTree tree({"/", "/a", "/a/b", "/ab", "/b/c"});
  CHECK(chain(tree, "/a/b/c") == std::vector<std::uint32_t>{2, 1, 0});
  CHECK(chain(tree, "/a/b") == std::vector<std::uint32_t>{2, 1, 0});
  CHECK(chain(tree, "/a/") == std::vector<std::uint32_t>{1, 0});
  CHECK(chain(tree, "/abc") == std::vector<std::uint32_t>{3, 1, 0});
  CHECK(chain(tree, "/b/") == std::vector<std::uint32_t>{0});
  CHECK(chain(tree, "*").empty());
  CHECK(chain(tree, "").empty());
}

TEST_CASE("texts of any bytes, and the empty text, are found") {
  PrefixTree tree({"", "\xff", std::string("\0x", 2), "\x7f\x80"});
  CHECK(chain(tree, "\xff\xff") == std::vector<std::uint32_t>{1, 0});
  CHECK(chain(tree, std::string_view("\0xy", 3)) == std::vector<std::uint32_t>{2, 0});
  CHECK(chain(tree, "\x7f\x80") == std::vector<std::uint32_t>{3, 0});
  CHECK(chain(tree, "z") == std::vector<std::uint32_t>{0});
}

TEST_CASE("texts that nest ten thousand deep exhaust no stack") {
  std::vector<std::string> texts;
  for (std::size_t i = 1; i <= 10'000; ++i) texts.push_back(std::string(i, 'a'));
  PrefixTree tree(texts);
  CHECK(chain(tree, std::string(12'000, 'a')).size() == 10'000);
  CHECK(tree.longest("ab") == 0);
}

TEST_CASE("random texts are found as a search of all finds them") {
  std::mt19937 random(20'26);
  auto draw = [&](std::size_t size_max) {
    std::string text;
    for (auto size = random() % (size_max + 1); size > 0; --size) {
      text.push_back("/ab"[random() % 3]);
    }
    return text;
  };
  for (int round = 0; round < 200; ++round) {
    std::set<std::string> distinct;
    for (auto count = random() % 40; count > 0; --count) distinct.insert(draw(8));
    std::vector<std::string> texts(distinct.begin(), distinct.end());
    std::shuffle(texts.begin(), texts.end(), random);
    PrefixTree tree(texts);
    for (int i = 0; i < 50; ++i) {
      auto path = draw(10);
      CAPTURE(path);
      REQUIRE(chain(tree, path) == searched(texts, path));
    }
  }
}

}  // namespace
}  // namespace weir::routing
