#include "net/buffers.h"

#include <doctest/doctest.h>

#include <string>

#include "net/socket_stream.h"
#include "unit/net/live.h"

namespace weir::net {

TEST_CASE("loops that share a total meet the bound together; who passes it counts") {
  auto total = base::make_shared_ref<BufferTotal>();
  base::Counter one_hits;
  base::Counter other_hits;
  Buffers one;
  Buffers other;
  one.share(total, one_hits);
  other.share(total, other_hits);
  for (Buffers* loop : {&one, &other}) loop->set_most(100);
  one.add(60);
  CHECK_FALSE(one.full());
  other.add(40);
  CHECK_FALSE(other.full());
  other.add(1);
  CHECK(one.full());
  CHECK(other.full());
  other.add(10);
  CHECK(one_hits.get() == 0);
  CHECK(other_hits.get() == 1);
  one.subtract(60);
  CHECK_FALSE(other.full());
  CHECK(other.held() == 51);
  one.set_most(0);
  one.add(1000);
  CHECK_FALSE(one.full());
  CHECK(other.full());
}

TEST_CASE("what somebody holds counts as long as it is held") {
  Buffers buffers;
  {
    Held held(buffers);
    CHECK(buffers.held() == 0);
    held.set(100);
    CHECK(buffers.held() == 100);
    held.set(30);
    CHECK(buffers.held() == 30);
  }
  CHECK(buffers.held() == 0);
}

TEST_CASE(
    "where buffers are full each stream that has anything queued is congested, until it is sent") {
  Live live;
  base::Counter hits;
  live.loop.buffers().share(base::make_shared_ref<BufferTotal>(), hits);
  live.loop.buffers().set_most(1024 * 1024);
  constexpr int kRoom = 16 * 1024;
  Ends stuck = connected(Family::kV4, kRoom);
  Ends slow = connected(Family::kV4, kRoom);
  Ends quick = connected(Family::kV4);
  Ear stuck_ear;
  Ear slow_ear;
  Ear quick_ear;
  stuck_ear.open(live, std::move(stuck.near), false, 64 * 1024 * 1024);
  slow_ear.open(live, std::move(slow.near), false, 1024 * 1024);
  quick_ear.open(live, std::move(quick.near), false);
  std::string much = pattern(4 * 1024 * 1024);
  std::string some = pattern(256 * 1024);
  live.turn([&] { slow_ear.stream->write(some); });
  CHECK(slow_ear.stream->queued() > 0);
  CHECK_FALSE(slow_ear.stream->congested());
  live.turn([&] { stuck_ear.stream->write(much); });
  CHECK(live.loop.buffers().full());
  CHECK(live.loop.buffers().held() >= stuck_ear.stream->queued() + slow_ear.stream->queued());
  CHECK(hits.get() == 1);
  CHECK(slow_ear.stream->congested());
  // Whose peer takes what comes is not held up by those whose peers do not.
  live.turn([&] { quick_ear.stream->write("all of it"); });
  CHECK_FALSE(quick_ear.stream->congested());
  CHECK(read_exactly(quick.far, 9) == "all of it");

  std::string got;
  CHECK(live.until([&] { return (got += read_some(slow.far)).size() == some.size(); }));
  CHECK(live.until([&] { return slow_ear.heard("writable"); }));
  CHECK_FALSE(slow_ear.stream->congested());
  live.turn([&] { stuck_ear.stream.reset(); });
  CHECK(live.until([&] { return live.loop.buffers().held() == 0; }));
}

}  // namespace weir::net
