// The part of ProxyWorld that keeps books and holds them against weir's counters.

#include <doctest/doctest.h>

#include <numeric>
#include <string>

#include "sim/proxy/proxy_world.h"

namespace weir::sim {

using http::Phase;
using http::Reason;

namespace {

template <class Array>
std::uint64_t sum_of(const Array& counters) {
  std::uint64_t sum = 0;
  for (const auto& one : counters) sum += one.get();
  return sum;
}

std::string id_of(const http::Request& request) {
  for (const auto& field : request.head.fields) {
    if (field.name == "X-Id") return std::string(field.value);
  }
  return "";
}

}  // namespace

void ProxyWorld::on_exchange(const http::Request& request, const server::RouteTarget&) {
  const http::Record& record = request.record;
  ++books_.lines;
  if (request.head.target.empty()) ++books_.headless;
  ++books_.reasons[static_cast<std::size_t>(record.reason)];
  if (record.timed_out != Phase::kCount) {
    ++books_.phases[static_cast<std::size_t>(record.timed_out)];
  }
  if (record.attempts > 0) note_tries(record);
  std::string id = id_of(request);
  if (id.empty()) return;
  Asked& asked = ledger_.asked[std::stoul(id)];
  if (asked.logged++ > 0) ++books_.twice;
  asked.status = record.status;
  asked.told_right = record.reason == Reason::kNone;
}

void ProxyWorld::note_tries(const http::Record& record) {
  const http::Try& last = record.last_try;
  bool tunnel = record.status == 101;
  if (tunnel || (record.reason == Reason::kNone && last.ended == 0)) ++books_.whole;
  if (tunnel && record.reason == Reason::kUpstreamCut) ++books_.cut_tunnels;
  books_.tries += record.attempts;
  for (const http::Try* one = &last; one != nullptr; one = one->before) {
    // By its status, which is listed; the last one may have been cut instead.
    bool by_status = one->head != 0 && one->status == 503 &&
                     (one != &last || record.reason != Reason::kUpstreamCut);
    if (one->ended != 0 && !by_status) ++books_.failed_tries;
    if (one->before != nullptr && one->before->endpoint == one->endpoint) ++books_.agains;
  }
}

template <class Visit>
void ProxyWorld::each_pool(Visit visit) const {
  for (const app::SharedPool& pool : pools_) visit(pool.observed->stats(0));
}

std::uint64_t ProxyWorld::leases() const {
  std::uint64_t sum = 0;
  for (const auto& endpoint : endpoints_) sum += endpoint->stats(0).in_flight.get();
  return sum;
}

void ProxyWorld::check() {
  const server::ListenerStats& listener = site_->stats;
  REQUIRE(listener.accepted.get() == connects_);
  REQUIRE(listener.open.get() == service_->session_count());
  REQUIRE(listener.accepted.get() == sum_of(listener.closed) + listener.open.get());
  REQUIRE(listener.active.get() <= listener.open.get());
  std::uint64_t in_flight = 0;
  std::uint64_t tunnels = 0;
  for (const app::SharedTarget& target : snapshot_->targets()) {
    in_flight += target.observed->stats(0).in_flight.get();
    tunnels += target.observed->stats(0).tunnels.get();
  }
  REQUIRE(in_flight <= listener.active.get());
  REQUIRE(tunnels <= in_flight);
  std::uint64_t idle = 0;
  std::uint64_t active = 0;
  for (const auto& endpoint : endpoints_) {
    const upstream::EndpointStats& stats = endpoint->stats(0);
    REQUIRE(stats.in_flight.get() == stats.connections_active.get());
    active += stats.connections_active.get();
    idle += stats.connections_idle.get();
  }
  std::uint64_t waiting = 0;
  each_pool([&](const upstream::PoolStats& stats) { waiting += stats.queue_length.get(); });
  // Each exchange is with one backend at most, or waits for one.
  REQUIRE(active + waiting <= in_flight);
  REQUIRE(idle == connections.idle_total());
  REQUIRE(books_.twice == 0);
}

void ProxyWorld::check_end() {
  time.in_turn([this] { connections.close_idle(); });
  network.run();
  check();
  REQUIRE(service_->session_count() == 0);
  REQUIRE(site_->stats.active.get() == 0);
  REQUIRE(connector.open() == 0);
  if (draining_) REQUIRE(drained_);
  check_routes();
  check_upstream();
  check_timeouts();
  // What was cleared stays linked for a turn of the wheel at most.
  pass(30'000);
  REQUIRE_MESSAGE(!time.has_deadline(), "a deadline is left");
}

void ProxyWorld::check_routes() const {
  std::uint64_t answered = 0;
  for (const app::SharedTarget& target : snapshot_->targets()) {
    const server::RouteStats& stats = target.observed->stats(0);
    REQUIRE(stats.in_flight.get() == 0);
    REQUIRE(stats.tunnels.get() == 0);
    std::uint64_t codes = 0;
    stats.codes.each([&](unsigned, auto count) { codes += count; });
    std::uint64_t durations = 0;
    for (std::size_t i = 0; i <= base::kLatencyBounds.size(); ++i) {
      durations += stats.duration.bucket(i);
    }
    REQUIRE(codes == durations);
    answered += codes;
  }
  REQUIRE(answered == books_.lines);
  REQUIRE(sum_of(site_->stats.methods) + books_.headless == books_.lines);
  for (std::size_t i = 1; i < books_.reasons.size(); ++i) {
    CAPTURE(http::text_of(static_cast<Reason>(i)));
    REQUIRE(stats_.rejected[i].get() == books_.reasons[i]);
  }
}

void ProxyWorld::check_upstream() const {
  std::uint64_t whole = 0;
  for (const auto& endpoint : endpoints_) {
    const upstream::EndpointStats& stats = endpoint->stats(0);
    REQUIRE(stats.in_flight.get() == 0);
    REQUIRE(stats.connections_active.get() == 0);
    REQUIRE(stats.connections_idle.get() == 0);
    REQUIRE(endpoint->load() == 0);
    whole += stats.answers.get();
  }
  REQUIRE(whole == books_.whole);
  std::uint64_t failed = 0;
  std::uint64_t retried = 0;
  each_pool([&](const upstream::PoolStats& stats) {
    REQUIRE(stats.queue_length.get() == 0);
    failed += sum_of(stats.failures);
    failed -= stats.failures[static_cast<std::size_t>(upstream::FailureKind::kStatus)].get();
    retried += sum_of(stats.retries);
  });
  for (const app::SharedPool& pool : pools_) REQUIRE(pool.observed->board().waiting() == 0);
  // One that begins again for a connection that had died unseen is no failure.
  REQUIRE(failed <= books_.failed_tries + books_.cut_tunnels);
  REQUIRE(failed + books_.agains >= books_.failed_tries + books_.cut_tunnels);
  REQUIRE(whole + books_.failed_tries <= books_.tries);
  if (weather_.calm) REQUIRE(failed + retried == 0);
}

void ProxyWorld::check_timeouts() const {
  for (std::size_t i = 0; i < books_.phases.size(); ++i) {
    auto phase = static_cast<Phase>(i);
    CAPTURE(http::text_of(phase));
    std::uint64_t counted = stats_.timeouts[i].get();
    // Of sessions without an exchange nothing is logged.
    bool of_session = phase == Phase::kClientHeader || phase == Phase::kClientIdle ||
                      phase == Phase::kClientWrite || phase == Phase::kLinger;
    if (of_session) {
      REQUIRE(counted >= books_.phases[i]);
    } else {
      REQUIRE(counted == books_.phases[i]);
    }
    bool harmless = phase == Phase::kClientHeader || phase == Phase::kClientIdle ||
                    phase == Phase::kLinger || phase == Phase::kDrain;
    if (weather_.calm && !harmless) REQUIRE(counted == 0);
  }
}

}  // namespace weir::sim
