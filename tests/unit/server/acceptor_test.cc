#include "server/acceptor.h"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <deque>

#include "net/listen_socket.h"
#include "net/loop.h"
#include "routing/router.h"
#include "support/memory/scripted_handler.h"

namespace weir::server {

namespace {

// A socket that listens on a port of 127.0.0.1 that the kernel picks; and that port.
net::Descriptor bound(sockaddr_in& address) {
  net::Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  socklen_t length = sizeof address;
  ::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &length);
  return socket;
}

net::Descriptor connect(const sockaddr_in& address) {
  net::Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  REQUIRE(::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) ==
          0);
  return socket;
}

// A service on a loop of its own, with real sockets.
struct Door {
  // `shared`: with services on other loops; none: alone.
  explicit Door(std::uint64_t all, std::uint64_t each = 0, base::SharedRef<Admission> shared = {}) {
    net::Mailbox* reached_by = shared ? &mailbox : nullptr;
    if (!shared) shared = base::make_shared_ref<Admission>();
    auto built = routing::Router::build({});
    router.emplace(std::move(built.value()));
    service = std::make_unique<Service>(loop.turns(), loop.wheel(), options(all), std::move(shared),
                                        reached_by);
    open(each);
  }
  ~Door() {
    acceptors.clear();
    service.reset();
  }
  base::Ref<ServiceOptions> options(std::uint64_t all) {
    auto made = base::make_ref<ServiceOptions>();
    made->limits.connections = all;
    made->router = &*router;
    made->stats = &worker;
    made->no_route = {"none", "", nullptr, &no_route, 0};
    return made;
  }
  // Serves by other options: as they are but for what change() does.
  template <class Change>
  void configure(Change change) {
    auto other = options(service->options().limits.connections);
    change(*other);
    net::Turns::Scope scope(loop.turns());
    service->configure(other);
  }
  void open(std::uint64_t each) {
    net::Descriptor socket = bound(addresses.emplace_back());
    auto acceptor = Acceptor::open(
        loop, std::move(socket), *service,
        base::make_ref<Site>(listeners.emplace_back(observe()), 0U, acceptors.size()), each);
    REQUIRE(acceptor.ok());
    acceptors.push_back(std::move(acceptor.value()));
  }
  // Runs the loop until so many sessions are there (or have not come in a while of idling).
  std::size_t sessions(std::size_t wanted) {
    for (int i = 0; i < 1000 && service->session_count() != wanted; ++i) loop.run_once();
    return service->session_count();
  }
  std::uint64_t hits(Limit limit = Limit::kConnections) {
    return worker.limit_hits[static_cast<std::size_t>(limit)].get();
  }

  net::Loop loop;
  net::Mailbox mailbox{loop};
  std::optional<routing::Router> router;
  WorkerStats worker;
  RouteStats no_route;
  static base::SharedRef<ObservedListener> observe() {
    return base::make_shared_ref<ObservedListener>("door", 1U);
  }
  std::deque<base::SharedRef<ObservedListener>> listeners;
  std::deque<sockaddr_in> addresses;
  std::unique_ptr<Service> service;
  std::vector<std::unique_ptr<Acceptor>> acceptors;
};

// Something that wakes the loop up again and again, so that run_once() returns.
struct Ticker final : net::DeadlineEvents {
  explicit Ticker(net::Loop& the_loop) : loop(the_loop), deadline(loop.wheel(), *this) { arm(); }
  void arm() { deadline.set(loop.now() + 10'000'000); }
  void on_deadline(net::Deadline&) override {
    ++ticks;
    arm();
  }
  net::Loop& loop;
  net::Deadline deadline;
  int ticks = 0;
};

}  // namespace

TEST_CASE("accepting pauses at limits.connections and goes on when one has left") {
  Door door(2);
  Ticker ticker(door.loop);
  std::vector<net::Descriptor> clients;
  for (int i = 0; i < 5; ++i) clients.push_back(connect(door.addresses[0]));
  CHECK(door.sessions(2) == 2);
  int until = ticker.ticks + 5;
  while (ticker.ticks < until) door.loop.run_once();
  CHECK(door.service->session_count() == 2);
  CHECK(door.hits() == 1);
  CHECK(door.listeners[0]->stats(0).accepted.get() == 2);
  for (std::uint64_t left = 1; left <= 3; ++left) {
    // The longest there leaves; the next in the queue takes its place.
    clients.erase(clients.begin());
    while (door.listeners[0]->stats(0).accepted.get() < 2 + left) {
      door.loop.run_once();
    }
    CHECK(door.service->session_count() == 2);
    CHECK(door.hits() == static_cast<std::uint64_t>(1 + left));
  }
  clients.clear();
  CHECK(door.sessions(0) == 0);
}

TEST_CASE("each listener has a bound of its own") {
  Door door(0, 1);
  door.open(0);
  Ticker ticker(door.loop);
  std::vector<net::Descriptor> clients;
  for (int i = 0; i < 3; ++i) {
    clients.push_back(connect(door.addresses[0]));
    clients.push_back(connect(door.addresses[1]));
  }
  CHECK(door.sessions(4) == 4);
  int until = ticker.ticks + 3;
  while (ticker.ticks < until) door.loop.run_once();
  CHECK(door.listeners[0]->stats(0).open.get() == 1);
  CHECK(door.listeners[1]->stats(0).open.get() == 3);
  clients.clear();
  CHECK(door.sessions(0) == 0);
  CHECK(door.listeners[0]->stats(0).accepted.get() == 3);
}

TEST_CASE("one bound over two listeners: both wait for a place, and take turns") {
  Door door(1);
  door.open(0);
  Ticker ticker(door.loop);
  std::deque<net::Descriptor> clients;
  clients.push_back(connect(door.addresses[0]));
  CHECK(door.sessions(1) == 1);
  for (int i = 0; i < 4; ++i) clients.push_back(connect(door.addresses[0]));
  clients.push_back(connect(door.addresses[1]));
  int until = ticker.ticks + 3;
  while (ticker.ticks < until) door.loop.run_once();
  CHECK(door.service->session_count() == 1);
  CHECK(door.hits() == 2);  // each of the two met it
  for (std::uint64_t accepted = 2; door.listeners[1]->stats(0).accepted.get() == 0; ++accepted) {
    REQUIRE(accepted <= 3);
    clients.pop_front();
    auto all = [&] {
      return door.listeners[0]->stats(0).accepted.get() +
             door.listeners[1]->stats(0).accepted.get();
    };
    while (all() < accepted) door.loop.run_once();
    CHECK(door.service->session_count() == 1);
  }
  clients.clear();
  CHECK(door.sessions(0) == 0);
}

TEST_CASE("one bound over two services: none has a share of its own, and no place stays free") {
  auto admission = base::make_shared_ref<Admission>();
  Door one(3, 0, admission);
  Door two(3, 0, admission);
  Ticker one_ticker(one.loop);
  Ticker two_ticker(two.loop);
  auto until = [&](auto holds) {
    for (int i = 0; i < 1000 && !holds(); ++i) {
      one.loop.run_once();
      two.loop.run_once();
    }
    return holds();
  };
  std::deque<net::Descriptor> clients;
  for (int i = 0; i < 3; ++i) clients.push_back(connect(one.addresses[0]));
  CHECK(until([&] { return one.service->session_count() == 3; }));
  for (int i = 0; i < 3; ++i) clients.push_back(connect(two.addresses[0]));
  CHECK(until([&] { return two.hits() == 1; }));
  CHECK(two.service->session_count() == 0);
  for (std::size_t left = 1; left <= 3; ++left) {
    clients.pop_front();
    CHECK(until([&] { return two.service->session_count() == left; }));
    CHECK(one.service->session_count() == 3 - left);
    CHECK(admission->places.taken() == 3);
  }
  clients.clear();
  CHECK(until([&] { return admission->places.taken() == 0; }));
}

TEST_CASE("who was called and goes passes the turn on") {
  auto admission = base::make_shared_ref<Admission>();
  Door one(1, 0, admission);
  Door two(1, 0, admission);
  Door three(1, 0, admission);
  Ticker ticker(one.loop);
  std::deque<net::Descriptor> clients;
  clients.push_back(connect(one.addresses[0]));
  CHECK(one.sessions(1) == 1);
  for (Door* door : {&two, &three}) {
    clients.push_back(connect(door->addresses[0]));
    while (door->hits() == 0) door->loop.run_once();
  }
  clients.pop_front();
  CHECK(one.sessions(0) == 0);
  // It was first to look, and has no client that waits.
  int ticks = ticker.ticks + 3;
  while (ticker.ticks < ticks) one.loop.run_once();
  // Called, but it has not looked yet.
  two.acceptors.clear();
  CHECK(three.sessions(1) == 1);
  clients.clear();
  CHECK(three.sessions(0) == 0);
}

TEST_CASE("a client over limits.per_client is reset as it comes, and may come when one has left") {
  Door door(0);
  door.configure([](ServiceOptions& options) { options.limits.per_client = 2; });
  Ticker ticker(door.loop);
  std::deque<net::Descriptor> clients;
  for (int i = 0; i < 2; ++i) clients.push_back(connect(door.addresses[0]));
  CHECK(door.sessions(2) == 2);
  for (int i = 0; i < 3; ++i) clients.push_back(connect(door.addresses[0]));
  while (door.hits(Limit::kPerClient) < 3) door.loop.run_once();
  CHECK(door.service->session_count() == 2);
  CHECK(door.service->admission().places.taken() == 2);
  char byte = 0;
  CHECK(::recv(clients.back().get(), &byte, 1, 0) == -1);
  CHECK(errno == ECONNRESET);
  CHECK(door.listeners[0]->stats(0).accepted.get() == 2);
  clients.pop_front();
  CHECK(door.sessions(1) == 1);
  clients.push_back(connect(door.addresses[0]));
  CHECK(door.sessions(2) == 2);
  // Who was counted is counted off, though the bound has gone.
  door.configure([](ServiceOptions& options) { options.limits.per_client = 0; });
  clients.push_back(connect(door.addresses[0]));
  CHECK(door.sessions(3) == 3);
  clients.clear();
  CHECK(door.sessions(0) == 0);
  CHECK(door.service->admission().clients.size() == 0);
}

TEST_CASE("a trusted proxy speaks for many clients: limits.per_client is not for it") {
  Door door(0);
  door.configure([](ServiceOptions& options) {
    options.limits.per_client = 1;
    options.trusted_proxies = {net::Cidr::parse("127.0.0.0/8").value()};
  });
  std::vector<net::Descriptor> clients;
  for (int i = 0; i < 4; ++i) clients.push_back(connect(door.addresses[0]));
  CHECK(door.sessions(4) == 4);
  CHECK(door.service->admission().clients.size() == 0);
  clients.clear();
  CHECK(door.sessions(0) == 0);
}

TEST_CASE("a bound that is raised lets those in that wait") {
  Door door(1);
  std::vector<net::Descriptor> clients;
  for (int i = 0; i < 3; ++i) clients.push_back(connect(door.addresses[0]));
  CHECK(door.sessions(1) == 1);
  while (door.hits() == 0) door.loop.run_once();
  door.configure([](ServiceOptions& options) { options.limits.connections = 3; });
  CHECK(door.sessions(3) == 3);
  clients.clear();
  CHECK(door.sessions(0) == 0);
}

TEST_CASE("accept_rest takes what waits, whatever the bounds") {
  Door door(1);
  Ticker ticker(door.loop);
  std::vector<net::Descriptor> clients;
  for (int i = 0; i < 5; ++i) clients.push_back(connect(door.addresses[0]));
  CHECK(door.sessions(1) == 1);
  {
    net::Turns::Scope scope(door.loop.turns());
    door.acceptors[0]->accept_rest();
  }
  CHECK(door.service->session_count() == 5);
  door.acceptors.clear();
  clients.clear();
  CHECK(door.sessions(0) == 0);
}

}  // namespace weir::server
