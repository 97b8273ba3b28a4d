#include "net/gather.h"

#include <doctest/doctest.h>

#include <string>

#include "base/arena.h"

namespace weir::net {

namespace {

std::string all(const Gather& gather) {
  std::string bytes;
  for (base::Bytes piece : gather.pieces()) bytes += piece;
  return bytes;
}

}  // namespace

TEST_CASE("a thousand small chunks are one piece") {
  base::Arena scratch(64 * 1024);
  Gather gather;
  std::string expected;
  for (int i = 0; i < 1000; ++i) {
    std::string chunk = std::to_string(i);
    gather.add(chunk, scratch);
    expected += chunk;
  }
  CHECK(gather.pieces().size() == 1);
  CHECK(gather.size() == expected.size());
  CHECK(all(gather) == expected);
}

TEST_CASE("pieces from 512 bytes on are views, smaller ones are copies") {
  base::Arena scratch(64 * 1024);
  Gather gather;
  std::string small(511, 'a');
  std::string large(512, 'b');
  gather.add(small, scratch);
  gather.add(large, scratch);
  gather.add(small, scratch);
  CHECK(gather.pieces().size() == 3);
  CHECK(gather.pieces()[0].data() != small.data());
  CHECK(gather.pieces()[1].data() == large.data());
  CHECK(all(gather) == small + large + small);
}

TEST_CASE("scratch bytes merge with what lies before them, and are never copied") {
  base::Arena scratch(64 * 1024);
  char* memory = scratch.take(1000);
  std::string(1000, 'x').copy(memory, 1000);
  Gather gather;
  gather.add_scratch({memory, 100});
  gather.add_scratch({memory + 100, 900});
  CHECK(gather.pieces().size() == 1);
  CHECK(gather.pieces()[0].data() == memory);
  gather.add_scratch({memory, 10});
  CHECK(gather.pieces().size() == 2);
  CHECK(gather.size() == 1010);
}

TEST_CASE("the front is dropped anywhere: within a piece, at its end, over several, all") {
  base::Arena scratch(64 * 1024);
  std::string a(600, 'a');
  std::string b(700, 'b');
  std::string c(800, 'c');
  std::string bytes = a + b + c;
  for (std::size_t count = 0; count <= bytes.size(); count += count % 100 == 99 ? 1 : 33) {
    Gather gather;
    for (const auto* piece : {&a, &b, &c}) gather.add(*piece, scratch);
    gather.drop_front(count);
    CHECK(gather.size() == bytes.size() - count);
    CHECK(all(gather) == bytes.substr(count));
    CHECK((gather.size() == 0) == gather.pieces().empty());
  }
  Gather gather;
  for (const auto* piece : {&a, &b, &c}) gather.add(*piece, scratch);
  gather.drop_front(600);
  CHECK(gather.pieces().size() == 2);
  gather.drop_front(1500);
  CHECK(gather.pieces().empty());
  gather.add(a, scratch);
  gather.clear();
  CHECK(gather.size() == 0);
  CHECK(gather.pieces().empty());
}

}  // namespace weir::net
