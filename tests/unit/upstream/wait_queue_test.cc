#include "upstream/wait_queue.h"

#include <doctest/doctest.h>

#include "unit/upstream/guest.h"

namespace weir::upstream {

TEST_CASE("a place that is given back is for whoever waits longest, and nobody else is asked") {
  Waiting all;
  for (int i = 0; i < 3; ++i) CHECK(all.wait(*all.near));
  CHECK(all.served.empty());
  CHECK(all.world.stats().queue_length.get() == 3);
  all.free();
  CHECK(all.served == "a");
  CHECK(all.guest('c').asked == 0);
  all.end('a');
  CHECK(all.served == "ab");
  all.end('b');
  CHECK(all.served == "abc");
  CHECK(all.world.stats().queue_length.get() == 0);
  CHECK(all.waiting() == 0);
}

TEST_CASE("as many wait as queue.size, over all workers") {
  Waiting all(3);
  CHECK(all.wait(*all.near));
  CHECK(all.wait(*all.far));
  CHECK(all.wait(*all.far));
  CHECK(!all.wait(*all.near));
  CHECK(!all.wait(*all.far));
  CHECK(all.waiting() == 3);
  all.guests[1].reset();
  CHECK(all.waiting() == 2);
  CHECK(all.wait(*all.near));
  CHECK(!all.wait(*all.far));
}

TEST_CASE("whoever leaves the queue, or dies, is not asked, and those behind it move up") {
  Waiting all;
  for (int i = 0; i < 4; ++i) all.wait(*all.near);
  all.guests[0].reset();
  all.guest('c').leave();
  all.guest('c').leave();
  CHECK(all.waiting() == 2);
  all.free();
  CHECK(all.served == "b");
  all.end('b');
  CHECK(all.served == "bd");
}

TEST_CASE("a place given back before anybody could know of the waiter is found all the same") {
  Waiting all;
  all.world.time.in_turn([&] {
    CHECK(all.near->pick({}, all.world.time.now()).full);
    all.taken.clear();
    all.wait(*all.near);
    CHECK(all.served.empty());
  });
  CHECK(all.served == "a");
}

TEST_CASE("several places given back at once go to as many who wait") {
  Waiting all(10, 3);
  for (int i = 0; i < 4; ++i) all.wait(*all.near);
  all.free(2);
  CHECK(all.served == "ab");
  CHECK(all.guest('d').asked == 0);
  all.free();
  CHECK(all.served == "abc");
}

TEST_CASE("a place is for its own worker first, then for another") {
  Waiting all;
  all.wait(*all.far);
  all.wait(*all.near);
  all.free();
  CHECK(all.served == "b");
  all.end('b');
  CHECK(all.served == "ba");
}

TEST_CASE("whoever waits for longer elsewhere, by more than the head start, comes first") {
  Waiting all;
  all.wait(*all.far);
  all.world.time.advance(WaitBoard::kHeadStart + base::Duration(1));
  all.wait(*all.near);
  all.wait(*all.far);
  all.free();
  CHECK(all.served == "a");
  CHECK(all.guest('b').asked == 0);
  all.end('a');
  // Both came at once: that of the worker where the place came free.
  CHECK(all.served == "ac");
  all.end('c');
  CHECK(all.served == "acb");
}

TEST_CASE("places that one worker has no use for go on to the next") {
  Waiting all(10, 2);
  all.wait(*all.near);
  all.wait(*all.far);
  all.free(2);
  CHECK(all.served == "ab");
}

TEST_CASE("a waiter that leaves between the wake and its turn has its turn passed on") {
  Waiting all;
  all.wait(*all.near);
  all.wait(*all.far);
  all.world.time.in_turn([&] {
    all.free();
    CHECK(all.served.empty());
    all.guests[0].reset();
  });
  CHECK(all.served == "b");
}

TEST_CASE("whoever comes later has to wait while others do, on whichever worker") {
  Waiting all;
  CHECK(!all.near->others_wait());
  all.wait(*all.far);
  CHECK(all.near->others_wait());
  CHECK(all.far->others_wait());
  // One that joined while the place was free does not take it from who waits for longer.
  all.world.time.advance(base::Duration(20));
  all.world.time.in_turn([&] {
    all.wait(*all.near);
    all.free();
  });
  CHECK(all.served == "a");
  all.end('a');
  CHECK(all.served == "ab");
  CHECK(!all.near->others_wait());
}

TEST_CASE("an endpoint that comes up has its places taken by those who wait, one look for each") {
  Waiting all(10, 2);
  all.world.endpoint(1).set_health(Health::kDown);
  for (int i = 0; i < 3; ++i) all.wait(*all.far);
  all.world.time.in_turn([&] { all.taken[1].place.give_back(); });
  CHECK(all.served.empty());
  all.world.endpoint(1).set_health(Health::kUp);
  all.world.time.in_turn([] {});
  CHECK(all.served == "a");
  CHECK(all.guest('c').asked == 0);
}

TEST_CASE("an endpoint that was put aside comes back to those who wait, though nobody tells") {
  Waiting all(10, 2);
  base::Stamp until = base::after(all.world.time.now(), base::Duration(500));
  all.world.endpoint(1).put_aside(all.world.time.now(), until);
  all.wait(*all.near);
  all.world.time.in_turn([&] { all.taken[1].place.give_back(); });
  CHECK(all.served.empty());
  all.world.time.advance(base::Duration(490));
  CHECK(all.served.empty());
  all.world.time.advance(base::Duration(20));
  CHECK(all.served == "a");
}

TEST_CASE("a set with another endpoint, or with more places, is for those who wait") {
  Waiting all(10, 2);
  auto both = all.world.set()->members();
  const base::Ref<EndpointSlot> leaving = all.near->slots()[1];  // as a connection would hold it
  all.near->apply(base::make_shared_ref<const EndpointSet>(std::vector<Member>{both[0]}));
  all.wait(*all.near);
  all.wait(*all.near);
  all.world.time.in_turn([&] { all.taken[1].place.give_back(); });
  CHECK(all.served.empty());
  all.world.time.in_turn([&] { all.near->apply(all.world.set()); });
  CHECK(all.served == "a");
  both[0].max_conns = 2;
  all.world.time.in_turn(
      [&] { all.near->apply(base::make_shared_ref<const EndpointSet>(std::move(both))); });
  CHECK(all.served == "ab");
}

TEST_CASE("whoever waits stays when the queue is made smaller or taken away, and is served") {
  Waiting all(2);
  all.wait(*all.near);
  all.wait(*all.near);
  all.world.pool_options.queue.size = 0;
  all.world.time.in_turn([&] {
    all.near->configure(all.world.pool_options, all.world.time.now());
    all.far->configure(all.world.pool_options, all.world.time.now());
  });
  CHECK(all.waiting() == 2);
  CHECK(!all.wait(*all.near));
  all.free();
  all.end('a');
  CHECK(all.served == "ab");
}

TEST_CASE("when nobody is left to wait for all who wait are told") {
  Waiting all;
  for (int i = 0; i < 3; ++i) all.wait(*all.near);
  all.wait(*all.far);
  all.world.endpoint(0).set_health(Health::kDown);
  all.world.time.in_turn([] {});
  CHECK(all.served == "a-b-c-d-");
}

}  // namespace weir::upstream
