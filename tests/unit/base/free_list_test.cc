#include "base/free_list.h"

#include <doctest/doctest.h>

#include <memory>
#include <vector>

namespace weir::base {

namespace {

struct Counted {
  explicit Counted(int the_value) : value(the_value) { ++alive; }
  ~Counted() { --alive; }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;
  static inline int alive = 0;
  int value;
};

}  // namespace

TEST_CASE("what was given back is handed out again, as it was, the last one first") {
  FreeList<Counted> list(4);
  auto a = list.take(1);
  auto b = list.take(2);
  Counted* last = b.get();
  list.give_back(std::move(a));
  list.give_back(std::move(b));
  CHECK(Counted::alive == 2);
  auto again = list.take(9);
  CHECK(again.get() == last);
  CHECK(again->value == 2);
  CHECK(list.take(9)->value == 1);
}

TEST_CASE("at most as many as asked for are kept") {
  {
    FreeList<Counted> list(2);
    std::vector<std::unique_ptr<Counted>> taken;
    for (int i = 0; i < 5; ++i) taken.push_back(list.take(i));
    CHECK(Counted::alive == 5);
    for (auto& item : taken) list.give_back(std::move(item));
    CHECK(Counted::alive == 2);
  }
  CHECK(Counted::alive == 0);
  FreeList<Counted> cleared(2);
  cleared.give_back(cleared.take(1));
  cleared.clear();
  CHECK(Counted::alive == 0);
  CHECK(cleared.take(2)->value == 2);
  FreeList<Counted> none(0);
  none.give_back(none.take(1));
  CHECK(Counted::alive == 0);
}

}  // namespace weir::base
