#pragma once

#include <doctest/doctest.h>

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "net/address.h"
#include "routing/route_match.h"
#include "routing/router.h"
#include "server/h1_session.h"
#include "server/service.h"
#include "support/memory/answers.h"
#include "support/memory/manual_time.h"
#include "support/memory/memory_network.h"
#include "support/memory/memory_peer.h"

namespace weir::memory {

// Whole and byte by byte: for MemoryNetwork::set_read_size().
inline constexpr std::size_t kReadSizes[] = {64 * 1024, 1};

// An exchange as the log heard of it.
struct Line {
  http::Record record;
  std::string route;
  std::string client;
  std::string id;
  std::string method;
  std::string path;
  std::string endpoint;
  std::vector<std::string> endpoints;  // of the tries, the first one first
  std::vector<http::Try> tries;        // the same, without their texts
};

// The client's side of a worker in memory: a service, its routes, and the connections that a test
// makes to it. Header only, since it is for the tests of several folders. When it goes it holds the
// books against each other, so that every test checks them.
class Front final : public server::ExchangeLog, public server::DrainEvents {
 public:
  Front(ManualTime& time, MemoryNetwork& network) : time_(time), network_(network) {
    options.limits.body = 1 << 20;
  }
  ~Front() { close(); }
  Front(const Front&) = delete;
  Front& operator=(const Front&) = delete;

  // Before the first connection.
  base::Ref<server::ServiceOptions> shared_options = base::make_ref<server::ServiceOptions>();
  server::ServiceOptions& options = *shared_options;
  // Adds a route; its index. `max_body` 0: limits.body. Routes that forward allow websocket.
  std::size_t add_route(routing::RouteOptions match, http::Handler& handler, bool forwards = false,
                        std::uint64_t max_body = 0) {
    auto parsed = routing::parse_match(match, matches_.size(), forwards);
    REQUIRE(parsed.ok());
    names_.push_back(match.name);
    matches_.push_back(parsed.value());
    options.routes.push_back({names_.back(), forwards ? "pool" : "", &handler,
                              &routes.emplace_back(),
                              max_body == 0 ? options.limits.body : max_body,
                              forwards ? std::span(kTunnels) : std::span<const std::string>()});
    return matches_.size() - 1;
  }

  // A client connects, from this address; read only what of its sending is told by `network.run()`.
  MemoryPeer& connect(const std::string& ip = "192.0.2.1") {
    if (service_ == nullptr) build();
    MemoryPair pair = MemoryStream::pair(network_);
    pair.near->set_window(window);
    pair.near->set_mark(options.limits.buffer_per_stream);
    auto peer = ip == "unix:" ? unix_peer() : net::literal({ip, 40'000, false});
    REQUIRE(peer.ok());
    time_.in_turn([&] {
      service_->add(
          std::make_unique<server::H1Session>(*service_, site, std::move(pair.near), peer.value()));
    });
    return clients_.emplace_back(network_, std::move(pair.far));
  }
  // Connects, sends, and lets everything happen.
  MemoryPeer& ask(base::Bytes bytes) {
    MemoryPeer& client = connect();
    say(client, bytes);
    return client;
  }
  void say(MemoryPeer& client, base::Bytes bytes) {
    client.send(bytes);
    network_.run();
  }
  // What the client has heard since the last time, as answers.
  std::vector<Answer> heard(MemoryPeer& client, http::Method method = http::Method::kGet) {
    return read_answers(client.take(), method, client.closed() || client.ended());
  }
  // The one answer it has heard.
  Answer answer(MemoryPeer& client, http::Method method = http::Method::kGet) {
    auto all = heard(client, method);
    REQUIRE(all.size() == 1);
    return all.front();
  }
  void drain() {
    time_.in_turn([this] { service_->drain(*this); });
    network_.run();
  }
  // Closes everything and checks the books. Once.
  void close() {
    if (service_ == nullptr) return;
    time_.in_turn([this] { service_->close_all(); });
    network_.run();
    check_books();
    service_.reset();
  }

  server::Service& service() { return *service_; }
  [[nodiscard]] std::uint64_t rejected(http::Reason reason) const {
    return worker.rejected[static_cast<std::size_t>(reason)].get();
  }
  [[nodiscard]] std::uint64_t timeouts(http::Phase phase) const {
    return worker.timeouts[static_cast<std::size_t>(phase)].get();
  }
  [[nodiscard]] std::uint64_t hits(server::Limit limit) const {
    return worker.limit_hits[static_cast<std::size_t>(limit)].get();
  }
  [[nodiscard]] std::uint64_t closed(server::CloseReason reason) const {
    return listener.closed[static_cast<std::size_t>(reason)].get();
  }
  // How often a route answered with a status; the last route is that of requests without one.
  [[nodiscard]] std::uint64_t codes(std::size_t route, unsigned status) const {
    std::uint64_t count = 0;
    (route < routes.size() ? routes[route] : no_route).codes.each([&](unsigned code, auto n) {
      if (code == status) count = n;
    });
    return count;
  }
  // Timeouts counted in all.
  [[nodiscard]] std::uint64_t timeouts() const {
    std::uint64_t sum = 0;
    for (const auto& one : worker.timeouts) sum += one.get();
    return sum;
  }
  [[nodiscard]] std::uint64_t rejected() const {
    std::uint64_t sum = 0;
    for (const auto& one : worker.rejected) sum += one.get();
    return sum;
  }

  void on_exchange(const http::Request& request, const server::RouteTarget& route) override {
    lines.push_back({request.record,
                     std::string(route.name),
                     std::string(request.client),
                     std::string(request.id),
                     std::string(request.head.method_text),
                     std::string(request.head.path),
                     std::string(request.record.last_try.endpoint),
                     {},
                     {}});
    if (request.record.attempts > 0) add_tries(lines.back(), request.record.last_try);
  }
  void on_drained() override { ++drained; }

  // What is made of the near ends of connections from now on.
  std::size_t window = SIZE_MAX;
  std::vector<Line> lines;
  int drained = 0;
  std::deque<server::RouteStats> routes;
  server::RouteStats no_route;
  base::Ref<server::Site> site = base::make_ref<server::Site>(
      base::make_shared_ref<server::ObservedListener>("memory", 1U), 0U, std::size_t{0});
  server::ListenerStats& listener = site->stats;
  server::WorkerStats worker;

 private:
  static inline const std::vector<std::string> kTunnels{"websocket"};
  static base::Result<net::SocketAddress> unix_peer() {
    net::SocketAddress address;
    address.storage.ss_family = AF_UNIX;
    address.length = sizeof(sa_family_t);
    return address;
  }
  static void add_tries(Line& line, const http::Try& one) {
    if (one.before != nullptr) add_tries(line, *one.before);
    line.endpoints.emplace_back(one.endpoint);
    line.tries.push_back(one);
    line.tries.back().endpoint = {};
    line.tries.back().before = nullptr;
  }
  void build() {
    auto router = routing::Router::build(std::move(matches_));
    REQUIRE(router.ok());
    router_ = std::make_unique<routing::Router>(std::move(router.value()));
    options.router = router_.get();
    options.stats = &worker;
    options.log = this;
    options.no_route = {"none", "", nullptr, &no_route, options.limits.body};
    service_ = std::make_unique<server::Service>(
        time_.turns(), time_.wheel(),
        base::Ref<const server::ServiceOptions>(shared_options.get()));
  }
  void check_books() {
    CHECK(service_->session_count() == 0);
    CHECK(listener.open.get() == 0);
    CHECK(listener.active.get() == 0);
    std::uint64_t sum = 0;
    for (const auto& one : listener.closed) sum += one.get();
    CHECK(sum == listener.accepted.get());
    CHECK(listener.accepted.get() == clients_.size());
    sum = count_exchanges(no_route);
    for (const auto& route : routes) sum += count_exchanges(route);
    CHECK(sum == lines.size());
  }
  static std::uint64_t count_exchanges(const server::RouteStats& stats) {
    CHECK(stats.in_flight.get() == 0);
    std::uint64_t codes = 0;
    stats.codes.each([&](unsigned, auto count) { codes += count; });
    std::uint64_t durations = 0;
    for (std::size_t i = 0; i <= base::kLatencyBounds.size(); ++i) {
      durations += stats.duration.bucket(i);
    }
    CHECK(durations == codes);
    return codes;
  }

  ManualTime& time_;
  MemoryNetwork& network_;
  std::deque<std::string> names_;
  std::vector<routing::RouteMatch> matches_;
  std::unique_ptr<routing::Router> router_;
  std::unique_ptr<server::Service> service_;
  std::deque<MemoryPeer> clients_;
};

}  // namespace weir::memory
