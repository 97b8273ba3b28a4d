#include "upstream/wait_board.h"

#include <doctest/doctest.h>

#include <atomic>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "net/loop.h"
#include "net/mailbox.h"
#include "net/socket_stream.h"
#include "upstream/connections.h"
#include "upstream/pool.h"

namespace weir::upstream {

namespace {

// What two workers share: an endpoint that takes so many at once, and how many it has.
struct Shared {
  explicit Shared(unsigned max_conns, unsigned queue_size = 100)
      : endpoint(base::make_shared_ref<Endpoint>(observed, net::SocketAddress{}, "127.0.0.1:1")),
        set(base::make_shared_ref<const EndpointSet>(
            std::vector<Member>{{endpoint, 1, max_conns, false, false}})),
        most(static_cast<int>(max_conns)) {
    options.queue.size = queue_size;
  }

  PoolOptions options;
  base::SharedRef<ObservedPool> observed = base::make_shared_ref<ObservedPool>("app", 2U);
  base::SharedRef<Endpoint> endpoint;
  base::SharedRef<const EndpointSet> set;
  const int most;
  std::atomic<int> held{0};
  std::atomic<int> wrong{0};  // times that more were held, or nobody could wait
};

// A worker with a loop and nothing on it but a pool.
struct Worker final : net::DeadlineEvents {
  Worker(Shared& shared, unsigned number)
      : pool(shared.observed, number, shared.options, shared.set, connections, loop.now(),
             &mailbox) {}

  // Runs the loop until holds() is true; false when that took too long.
  template <class Holds>
  bool until(Holds holds) {
    patience.set(base::after(loop.now(), base::Duration(30'000)));
    late = false;
    while (!holds() && !late) loop.run_once();
    patience.clear();
    return !late;
  }
  template <class Act>
  void in_turn(Act act) {
    net::Turns::Scope scope(loop.turns());
    act();
  }
  void on_deadline(net::Deadline&) override { late = true; }

  net::Loop loop;
  net::Mailbox mailbox{loop};
  net::SocketConnector connector{loop, 1024};
  Connections connections{loop.turns(), loop.wheel(), connector};
  Pool pool;
  net::Deadline patience{loop.wheel(), *this};
  bool late = false;
};

struct Step final : net::Letter {
  explicit Step(std::function<void()> the_act) : act(std::move(the_act)) {}
  void open() override { act(); }
  std::function<void()> act;
};

// Takes a place, waiting for it where it must, keeps it for a turn, gives it back, and so on.
class Client final : public Waiter {
 public:
  Client(Worker& worker, Shared& shared, int rounds, std::function<void()> done)
      : worker_(worker), shared_(shared), rounds_(rounds), done_(std::move(done)) {}

  // Takes its next step in a turn of its own.
  void later(void (Client::*step)()) {
    worker_.mailbox.post(std::make_unique<Step>([this, step] { (this->*step)(); }));
  }
  void ask() {
    bool served = !worker_.pool.others_wait() && on_place();
    if (!served && !worker_.pool.queue().add(*this)) ++shared_.wrong;
  }
  bool on_place() override {
    Pick pick = worker_.pool.pick({}, worker_.loop.now());
    if (pick.full) return false;
    leave();
    place_ = std::move(pick.place);
    if (++shared_.held > shared_.most) ++shared_.wrong;
    later(&Client::go);
    return true;
  }
  void go() {
    --shared_.held;
    place_.give_back();
    if (--rounds_ == 0) return done_();
    later(&Client::ask);
  }

 private:
  Worker& worker_;
  Shared& shared_;
  Place place_;
  int rounds_;
  const std::function<void()> done_;
};

// The worker's clients, run to their end; false where they do not get there.
bool run(Worker& worker, Shared& shared, int clients, int rounds) {
  int left = clients;
  std::vector<std::unique_ptr<Client>> all;
  for (int i = 0; i < clients; ++i) {
    all.push_back(std::make_unique<Client>(worker, shared, rounds, [&] { --left; }));
    all.back()->later(&Client::ask);
  }
  return worker.until([&] { return left == 0; });
}

}  // namespace

TEST_CASE("workers that let waiters in at once never have more than the queue takes") {
  Shared shared(1);
  WaitBoard& board = shared.observed->board();
  constexpr std::uint32_t kMost = 5;
  std::atomic<bool> over{false};
  auto come_and_go = [&] {
    for (int i = 0; i < 20'000; ++i) {
      int in = 0;
      while (in < 4 && board.enter(kMost)) ++in;
      if (board.waiting() > kMost) over = true;
      for (; in > 0; --in) board.leave();
    }
  };
  std::thread first(come_and_go);
  std::thread second(come_and_go);
  first.join();
  second.join();
  CHECK(!over);
  CHECK(board.waiting() == 0);
}

// Where one of them was not woken, its clients would wait for ever.
TEST_CASE("whoever waits is woken, however the workers' steps fall together") {
  struct {
    unsigned max_conns;
    int clients;
    int rounds;
  } const kLoads[] = {{1, 1, 15'000}, {1, 3, 5'000}, {2, 3, 5'000}, {3, 2, 10'000}};
  for (const auto& load : kLoads) {
    CAPTURE(load.max_conns);
    CAPTURE(load.clients);
    Shared shared(load.max_conns);
    Worker near(shared, 0);
    Worker far(shared, 1);
    bool well = false;
    std::thread thread([&] { well = run(far, shared, load.clients, load.rounds); });
    CHECK(run(near, shared, load.clients, load.rounds));
    thread.join();
    CHECK(well);
    CHECK(shared.wrong == 0);
    CHECK(shared.endpoint->load() == 0);
    CHECK(shared.observed->board().waiting() == 0);
  }
}

TEST_CASE("one letter calls another worker, which takes all that is free when it opens it") {
  Shared shared(2);
  Worker near(shared, 0);
  Worker far(shared, 1);
  std::vector<Pick> taken;
  for (int i = 0; i < 2; ++i) taken.push_back(near.pool.pick({}, near.loop.now()));
  int done = 0;
  Client one(far, shared, 1, [&] { ++done; });
  Client two(far, shared, 1, [&] { ++done; });
  far.in_turn([&] {
    one.ask();
    two.ask();
  });
  CHECK(shared.observed->board().waiting() == 2);
  near.in_turn([&] { taken.clear(); });
  CHECK(shared.held == 0);
  CHECK(far.until([&] { return shared.held > 0; }));
  CHECK(shared.held == 2);
  CHECK(far.until([&] { return done == 2; }));
  CHECK(shared.wrong == 0);
  CHECK(shared.observed->board().waiting() == 0);
}

TEST_CASE("a worker that is called and has nobody left passes the call on, its letter unopened") {
  Shared shared(1);
  Worker near(shared, 0);
  Worker far(shared, 1);
  shared.endpoint->enter();
  int done = 0;
  Client gone(near, shared, 1, [] {});
  Client stays(far, shared, 1, [&] { ++done; });
  near.in_turn([&] { gone.ask(); });
  far.in_turn([&] { stays.ask(); });
  shared.endpoint->leave();
  shared.observed->board().wake(WaitBoard::kNoWorker);
  near.in_turn([&] { gone.leave(); });
  CHECK(far.until([&] { return done == 1; }));
  CHECK(shared.observed->board().waiting() == 0);
}

}  // namespace weir::upstream
