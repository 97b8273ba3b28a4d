#include "base/retire.h"

#include <doctest/doctest.h>

#include <functional>
#include <memory>
#include <string>

namespace weir::base {

namespace {

struct Old final : Retirable {
  explicit Old(std::function<void()> the_act) : act(std::move(the_act)) {}
  void dispose() override { act(); }
  std::function<void()> act;
};

}  // namespace

TEST_CASE("the retired are disposed of in order, once, also those that come meanwhile") {
  RetireList list;
  std::string order;
  Old third([&] { order += '3'; });
  Old first([&] {
    order += '1';
    list.add(third);
  });
  Old second([&] { order += '2'; });
  list.add(first);
  list.add(second);
  list.add(second);  // retiring twice is retiring once
  CHECK_FALSE(list.empty());
  list.dispose_all();
  CHECK(order == "123");
  CHECK(list.empty());
  list.dispose_all();
  CHECK(order == "123");
}

TEST_CASE("an object may be destroyed by its own disposal, and before it") {
  RetireList list;
  int disposed = 0;
  std::unique_ptr<Old> self;
  self = std::make_unique<Old>([&] {
    ++disposed;
    auto dead = std::move(self);
  });
  auto gone = std::make_unique<Old>([&] { ++disposed; });
  list.add(*gone);
  list.add(*self);
  gone.reset();
  list.dispose_all();
  CHECK(disposed == 1);
  CHECK(self == nullptr);
}

}  // namespace weir::base
