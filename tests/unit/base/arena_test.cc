#include "base/arena.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

namespace weir::base {

namespace {

bool aligned(const void* at, std::size_t to) {
  return reinterpret_cast<std::uintptr_t>(at) % to == 0;
}

}  // namespace

TEST_CASE("pieces lie behind each other in one block, which is taken at the first use") {
  Arena arena(1024);
  CHECK(arena.held() == 0);
  char* first = arena.take(10);
  char* second = arena.take(20);
  CHECK(second == first + 10);
  CHECK(arena.held() == 1024);
}

TEST_CASE("a piece is aligned as asked, wherever the last one ended") {
  Arena arena(1024);
  for (std::size_t align = 1; align <= __STDCPP_DEFAULT_NEW_ALIGNMENT__; align *= 2) {
    for (int i = 0; i < 200; ++i) {
      arena.take(1);
      CHECK(aligned(arena.take(3, align), align));
    }
  }
}

TEST_CASE("what does not fit goes into another block, and nothing overlaps") {
  Arena arena(256);
  std::vector<std::string> copies;
  std::vector<std::string_view> views;
  for (std::size_t size = 0; size < 1000; size += 7) {
    copies.emplace_back(size, static_cast<char>('a' + size % 26));
    views.push_back(arena.copy(copies.back()));
  }
  for (std::size_t i = 0; i < views.size(); ++i) CHECK(views[i] == copies[i]);
  CHECK(arena.held() > 256);
}

TEST_CASE("an empty text is copied, even one that is nowhere") {
  Arena arena;
  std::string_view nowhere;
  CHECK(arena.copy(nowhere).empty());
  CHECK(arena.copy(nowhere).data() != nullptr);
}

TEST_CASE("reset() keeps the first block for reuse and frees the others") {
  Arena arena(256);
  char* first = arena.take(100);
  arena.take(200);
  arena.take(10'000);
  CHECK(arena.held() > 10'000);
  arena.reset();
  CHECK(arena.held() == 256);
  CHECK(arena.take(100) == first);
  arena.reset();
  CHECK(arena.take(256) == first);
  CHECK(arena.held() == 256);
}

TEST_CASE("reset() is right also when the first piece was larger than a block, or there was none") {
  Arena arena(64);
  arena.reset();
  CHECK(arena.held() == 0);
  std::memset(arena.take(1000), 'x', 1000);
  CHECK(arena.held() >= 1000);
  arena.reset();
  CHECK(arena.held() == 0);
  std::memset(arena.take(64), 'x', 64);
  CHECK(arena.held() == 64);
  std::memset(arena.take(1000), 'x', 1000);
  arena.reset();
  CHECK(arena.held() == 64);
}

TEST_CASE("trim() gives back the end of the last piece") {
  Arena arena(1024);
  char* first = arena.take(500);
  arena.trim(500, 20);
  CHECK(arena.take(1) == first + 20);
  char* whole = arena.take(10);
  arena.trim(10, 10);
  CHECK(arena.take(1) == whole + 10);
  char* none = arena.take(10);
  arena.trim(10, 0);
  CHECK(arena.take(1) == none);
}

TEST_CASE("objects and arrays are made in place, aligned") {
  struct Point {
    int x;
    double y;
  };
  Arena arena(128);
  arena.take(1);
  auto* point = arena.make<Point>(3, 0.5);
  CHECK(point->x == 3);
  CHECK(point->y == 0.5);
  CHECK(aligned(point, alignof(Point)));
  CHECK(*arena.make<int>() == 0);
  auto* numbers = arena.array<std::uint64_t>(100);
  CHECK(aligned(numbers, alignof(std::uint64_t)));
  for (std::uint64_t i = 0; i < 100; ++i) numbers[i] = i;
  CHECK(numbers[99] == 99);
}

}  // namespace weir::base
