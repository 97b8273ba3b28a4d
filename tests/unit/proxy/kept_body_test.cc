#include "proxy/kept_body.h"

#include <doctest/doctest.h>

#include <string>

#include "support/memory/manual_time.h"

namespace weir::proxy {

TEST_CASE("a body of which nothing came can be replayed") {
  memory::ManualTime time;
  KeptBodies home(8, time.turns());
  KeptBody body(home);
  CHECK(body.replayable());
  CHECK(body.bytes().empty());
}

TEST_CASE("what is kept can be replayed up to the bound") {
  memory::ManualTime time;
  KeptBodies home(8, time.turns());
  KeptBody body(home);
  body.keep_copy("1234", 8);
  body.keep_copy("5678", 8);
  CHECK(body.replayable());
  CHECK(body.bytes() == "12345678");
  body.keep_copy("9", 8);
  CHECK(!body.replayable());
  CHECK(body.bytes().empty());
  body.keep_copy("a", 8);
  CHECK(body.bytes().empty());
}

TEST_CASE("bytes that could not be sent yet are kept beyond the bound, until they are sent") {
  memory::ManualTime time;
  KeptBodies home(4, time.turns());
  KeptBody body(home);
  body.keep("123456");
  CHECK(body.bytes() == "123456");
  CHECK(!body.replayable());
  body.sent();
  CHECK(body.bytes().empty());
  CHECK(!body.replayable());
}

TEST_CASE("what was sent within the bound stays") {
  memory::ManualTime time;
  KeptBodies home(8, time.turns());
  KeptBody body(home);
  body.keep("123");
  body.sent();
  CHECK(body.replayable());
  CHECK(body.bytes() == "123");
}

TEST_CASE("a body over the bound is told from one that was let go of for another reason") {
  memory::ManualTime time;
  KeptBodies home(8, time.turns());
  KeptBody copied(home);
  copied.keep_copy("12345678", 8);
  CHECK(!copied.over());
  copied.keep_copy("9", 8);
  CHECK(copied.over());
  copied.start();
  CHECK(!copied.over());
  copied.keep_copy("1", 0);
  CHECK(!copied.replayable());
  CHECK(!copied.over());

  KeptBody unsent(home);
  unsent.keep("123456789");
  CHECK(unsent.over());
  unsent.sent();
  CHECK(unsent.over());
  unsent.let_go();
  CHECK(unsent.over());
}

TEST_CASE("larger bodies count among buffers; where those are full no copy of one is kept") {
  memory::ManualTime time;
  net::Buffers& buffers = time.turns().buffers();
  KeptBodies home(64 * 1024, time.turns());
  const std::string much(5000, 'x');
  KeptBody body(home);
  body.keep_copy("small", home.bound());
  CHECK(buffers.held() == 0);
  body.keep_copy(much, home.bound());
  CHECK(buffers.held() == 5005);
  buffers.set_most(1);
  KeptBody small(home);
  small.keep_copy("small", home.bound());
  CHECK(small.replayable());
  small.keep_copy(much, home.bound());
  CHECK(!small.replayable());
  CHECK(!small.over());
  // What must be kept is.
  KeptBody unsent(home);
  unsent.keep(much);
  CHECK(unsent.bytes() == much);
  CHECK(buffers.held() == 10005);
  body.let_go();
  unsent.let_go();
  CHECK(buffers.held() == 0);
}

TEST_CASE("copies do not move what is there") {
  memory::ManualTime time;
  KeptBodies home(64 * 1024, time.turns());
  KeptBody body(home);
  body.keep("x");
  const char* at = body.bytes().data();
  for (int i = 0; i < 63; ++i) body.keep_copy(std::string(1024, 'y'), home.bound());
  CHECK(body.bytes().data() == at);
}

TEST_CASE("what was let go of stays readable until the turn ends, then its memory is used again") {
  memory::ManualTime time;
  KeptBodies home(1024, time.turns());
  KeptBody first(home);
  KeptBody second(home);
  base::Bytes view;
  time.in_turn([&] {
    first.keep("under way");
    view = first.bytes();
    first.let_go();
    second.keep("other");
    CHECK(second.bytes().data() != view.data());
    CHECK(view == "under way");
  });
  first.start();
  first.keep("again");
  CHECK(first.bytes().data() == view.data());
  first.let_go();
  second.let_go();
}

}  // namespace weir::proxy
