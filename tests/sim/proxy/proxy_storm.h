#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>

#include "sim/proxy/ledger.h"
#include "sim/proxy/proxy_world.h"
#include "sim/proxy/scripts.h"
#include "sim/proxy/storm_backend.h"
#include "sim/proxy/storm_client.h"
#include "support/memory/memory_peer.h"
#include "support/seeds.h"

namespace weir::sim {

// Clients, backends, networks, time and operators at random around a whole worker. In a calm one
// nobody fails, and then nothing may go wrong; in the others everybody does, and whatever happens
// nobody is told a lie, and nothing is lost, done twice or left behind.
class ProxyStorm {
 public:
  explicit ProxyStorm(std::uint64_t seed);

  void blow(int steps);
  // The end, one way or another: everything comes to rest, and is checked.
  void finish();

  // Answers of backends and of weir that came to clients whole.
  [[nodiscard]] std::size_t answered() const;
  [[nodiscard]] const ProxyWorld& world() const { return world_; }

 private:
  struct Client {
    std::unique_ptr<memory::MemoryPeer> peer;
    std::unique_ptr<StormClient> plays;
  };
  struct Backend {
    memory::MemoryPeer* peer;
    std::unique_ptr<StormBackend> plays;
  };

  static Weather forecast(support::Dice& dice);
  void step();
  void step_wildly();
  void leap(std::int64_t ms);
  void operate();
  void connect();
  void take_breath();
  void plan_connects();
  void hear();
  void check();
  void check_buffers() const;
  void tick();
  void run_quiet();
  [[nodiscard]] bool anybody_waits() const;
  void finish_calm();
  void freeze();
  void calm_down();
  void let_go();
  Client& some_client() { return clients_[dice_.below(clients_.size())]; }
  Backend& some_backend() { return backends_[dice_.below(backends_.size())]; }

  support::Dice dice_;
  const Weather weather_;
  Ledger ledger_;
  ProxyWorld world_{ledger_, dice_, weather_};
  std::deque<Client> clients_;
  std::deque<Backend> backends_;
  std::size_t known_ = 0;  // connects that are in backends_, or were
};

}  // namespace weir::sim
