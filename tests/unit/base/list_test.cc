#include "base/list.h"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

namespace weir::base {

namespace {

struct ByAge;

struct Item : ListHook<Item>, ListHook<Item, ByAge> {
  explicit Item(char the_name) : name(the_name) {}
  [[nodiscard]] bool listed() const { return ListHook<Item>::linked(); }
  void leave() { ListHook<Item>::unlink(); }
  char name;
};

using Items = List<Item>;

std::string names(Items& list) {
  std::string all;
  list.each([&](Item& item) { all += item.name; });
  return all;
}

}  // namespace

TEST_CASE("members come in the order in which they were pushed, at both ends") {
  Item a('a'), b('b'), c('c');
  Items list;
  CHECK(list.empty());
  list.push_back(b);
  list.push_back(c);
  list.push_front(a);
  CHECK(names(list) == "abc");
  CHECK(&list.front() == &a);
  CHECK(&list.back() == &c);
  CHECK(&list.pop_front() == &a);
  CHECK_FALSE(a.listed());
  CHECK(names(list) == "bc");
}

TEST_CASE("pushing a member moves it, wherever it is: first, last, alone, in another list") {
  Item a('a'), b('b'), c('c');
  Items list;
  list.push_back(a);
  list.push_back(a);
  CHECK(names(list) == "a");
  list.push_front(a);
  CHECK(names(list) == "a");
  list.push_back(b);
  list.push_back(c);
  list.push_back(c);
  CHECK(names(list) == "abc");
  list.push_front(a);
  CHECK(names(list) == "abc");
  list.push_back(a);
  CHECK(names(list) == "bca");
  list.push_front(a);
  CHECK(names(list) == "abc");
  Items other;
  other.push_back(b);
  CHECK(names(list) == "ac");
  CHECK(names(other) == "b");
}

TEST_CASE("destroying a member is leaving; leaving twice is leaving once") {
  Items list;
  Item a('a');
  list.push_back(a);
  {
    Item b('b');
    list.push_back(b);
    CHECK(names(list) == "ab");
  }
  CHECK(names(list) == "a");
  a.leave();
  a.leave();
  CHECK(list.empty());
}

TEST_CASE("each() allows the visitor to unlink, destroy or move the member that it is given") {
  Items list;
  Items others;
  std::vector<std::unique_ptr<Item>> items;
  for (char name : std::string("abcdef")) {
    items.push_back(std::make_unique<Item>(name));
    list.push_back(*items.back());
  }
  std::string visited;
  list.each([&](Item& item) {
    char name = item.name;
    visited += name;
    if (name == 'a') item.leave();
    if (name == 'c') items[2].reset();
    if (name == 'f') others.push_back(item);
  });
  CHECK(visited == "abcdef");
  CHECK(names(list) == "bde");
  CHECK(names(others) == "f");
}

TEST_CASE("a list that is destroyed lets its members go") {
  Item a('a'), b('b');
  {
    Items list;
    list.push_back(a);
    list.push_back(b);
  }
  CHECK_FALSE(a.listed());
  CHECK_FALSE(b.listed());
  Items another;
  another.push_back(b);
  CHECK(names(another) == "b");
}

TEST_CASE("splicing takes all members of another list, behind one's own") {
  Item a('a'), b('b'), c('c');
  Items list;
  Items other;
  list.push_back(a);
  other.push_back(b);
  other.push_back(c);
  list.splice(other);
  CHECK(names(list) == "abc");
  CHECK(other.empty());
  list.splice(other);
  CHECK(names(list) == "abc");
}

TEST_CASE("one object is in several lists, by one hook each") {
  Item a('a');
  Items list;
  List<Item, ByAge> ages;
  list.push_back(a);
  ages.push_back(a);
  CHECK(&list.front() == &a);
  CHECK(&ages.front() == &a);
  a.leave();
  CHECK(list.empty());
  CHECK_FALSE(ages.empty());
}

TEST_CASE("splicing takes all members over, in order, behind those that are here; none are left") {
  Item a('a'), b('b'), c('c'), d('d');
  Items list;
  Items other;
  list.splice(other);
  CHECK(list.empty());
  other.push_back(c);
  other.push_back(d);
  list.splice(other);
  CHECK(other.empty());
  CHECK(names(list) == "cd");
  CHECK(&list.back() == &d);
  other.push_back(a);
  other.push_back(b);
  list.splice(other);
  CHECK(other.empty());
  CHECK(names(list) == "cdab");
  CHECK(&list.back() == &b);
  b.leave();
  a.leave();
  list.push_back(b);
  other.push_back(a);
  CHECK(names(list) == "cdb");
  CHECK(names(other) == "a");
}

}  // namespace weir::base
