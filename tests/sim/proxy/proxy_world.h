#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

#include "app/generation.h"
#include "app/snapshot.h"
#include "cache/coalescer.h"
#include "config/config.h"
#include "net/loop.h"
#include "net/mailbox.h"
#include "observe/access_log.h"
#include "server/service.h"
#include "server/site.h"
#include "sim/proxy/ledger.h"
#include "sim/proxy/scripts.h"
#include "support/memory/manual_time.h"
#include "support/memory/memory_connector.h"
#include "support/memory/memory_network.h"
#include "support/memory/memory_peer.h"
#include "support/seeds.h"
#include "upstream/connections.h"

namespace weir::sim {

// A whole worker in memory, as app::Worker puts it together, with generations that follow one
// another, and the books that it is held against.
class ProxyWorld final : public server::ExchangeLog, public server::DrainEvents {
 public:
  static constexpr std::size_t kEndpoints = 4;

  // All outlive it.
  ProxyWorld(Ledger& ledger, support::Dice& dice, const Weather& weather);
  ~ProxyWorld();
  ProxyWorld(const ProxyWorld&) = delete;
  ProxyWorld& operator=(const ProxyWorld&) = delete;

  // Another generation: other endpoints, routes, bounds, deadlines and retries.
  void reload();
  // A client connects.
  std::unique_ptr<memory::MemoryPeer> connect();
  void drain();
  // An endpoint is found down or up, asks to be left alone, or is forgiven.
  void judge();
  void set_all_up();
  // Time passes, in ticks of the wheel: what chance says within one changes nothing.
  void pass(std::int64_t ms);

  [[nodiscard]] std::uint64_t leases() const;
  [[nodiscard]] std::uint64_t idle() const { return connections.idle_total(); }
  [[nodiscard]] std::size_t sessions() const { return service_->session_count(); }
  [[nodiscard]] bool drained() const { return drained_; }
  // How many exchanges ended so, or were late in that.
  [[nodiscard]] std::uint64_t ended_by(http::Reason reason) const {
    return books_.reasons[static_cast<std::size_t>(reason)];
  }
  [[nodiscard]] std::uint64_t late_in(http::Phase phase) const {
    return stats_.timeouts[static_cast<std::size_t>(phase)].get();
  }
  static std::uint16_t port(std::size_t number) {
    return static_cast<std::uint16_t>(9001 + number);
  }

  // What holds between any two events.
  void check();
  // All clients are gone: nothing is left, and the books balance.
  void check_end();

  void on_exchange(const http::Request& request, const server::RouteTarget& route) override;
  void on_drained() override;

  memory::ManualTime time;
  memory::MemoryNetwork network{time.turns()};
  memory::MemoryConnector connector{network};
  upstream::Connections connections{time.turns(), time.wheel(), connector};

 private:
  // What the log has told.
  struct Books {
    std::uint64_t lines = 0;
    std::uint64_t headless = 0;  // whose request was not understood
    std::uint64_t twice = 0;     // of requests that had a line already
    std::uint64_t whole = 0;     // that a backend answered to the end, or with a 101
    std::uint64_t tries = 0;
    std::uint64_t failed_tries = 0;  // but those that failed by their status
    std::uint64_t agains = 0;        // that may have begun again on the same endpoint
    std::uint64_t cut_tunnels = 0;
    std::array<std::uint64_t, static_cast<std::size_t>(http::Reason::kCount)> reasons{};
    std::array<std::uint64_t, static_cast<std::size_t>(http::Phase::kCount)> phases{};
  };

  void shake(config::Config& config);
  void shake_pool(upstream::PoolOptions& pool);
  void shake_retry(upstream::RetryOptions& retry);
  void shake_limits(config::Config& config);
  void serve(config::Config config);
  void note_tries(const http::Record& record);
  template <class Visit>
  void each_pool(Visit visit) const;
  void check_routes() const;
  void check_upstream() const;
  void check_timeouts() const;
  base::Duration pick_ms(std::initializer_list<int> ms);

  Ledger& ledger_;
  support::Dice& dice_;
  const Weather& weather_;
  config::Config base_;
  std::vector<app::SharedPool> pools_;
  std::vector<base::SharedRef<upstream::Endpoint>> endpoints_;  // all that there ever were
  net::Loop loop_;                                              // of the mailbox; nobody turns it
  net::Mailbox mailbox_{loop_};
  cache::Coalescer coalescer_{time.turns(), time.wheel(), &mailbox_};  // no route is cached yet
  base::Counter dropped_lines_;
  observe::AccessLog access_log_{dropped_lines_, time.turns(), time.wheel()};
  base::Ref<server::Site> site_ = base::make_ref<server::Site>(
      base::make_shared_ref<server::ObservedListener>("memory", 1U), 0U, std::size_t{0});
  server::WorkerStats stats_;
  base::SharedRef<app::Snapshot> snapshot_;
  base::Ref<app::Generation> generation_;
  std::unique_ptr<server::Service> service_;
  std::uint64_t connects_ = 0;
  std::size_t window_ = SIZE_MAX;
  Books books_;
  bool draining_ = false;
  bool drained_ = false;
};

}  // namespace weir::sim
