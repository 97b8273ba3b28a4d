#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "support/seeds.h"
#include "unit/upstream/world.h"

namespace weir::sim {

// A worker's connections to backends in memory that behave at random: they answer in every way,
// hang, refuse, close, reset and send what nobody asked for, while leases end in every way, time
// passes and bounds and sets change.
class ConnectionsStorm {
 public:
  explicit ConnectionsStorm(std::uint64_t seed);

  void blow(int steps);
  // All leases end and all that is idle is closed: nothing is left.
  void finish();
  // Leases on connections that were idle before.
  [[nodiscard]] std::size_t reused() const { return reused_; }

 private:
  // A connection, as the storm knows it.
  struct Known {
    std::size_t peer = 0;  // number of its far end
    base::Stamp made = 0;
    std::uint64_t exchanges = 0;
    bool idle = false;  // was, when it was last seen
    base::Stamp idle_until = 0;
    std::uint64_t idle_order = 0;
  };
  // An exchange whose lease was not seen to be gone.
  struct Running {
    std::unique_ptr<upstream::Exchange> exchange;
    base::Ref<upstream::EndpointSlot> slot;
    std::size_t endpoint;
    upstream::Connection* connection;
    bool fresh;    // it began by connecting
    bool carries;  // a place
    bool asked = false;
    bool given_back = false;
  };
  // What may be kept idle.
  struct Ceiling {
    std::vector<std::uint64_t> each;
    std::uint64_t total = 0;
  };

  void step();
  void begin();
  void check_lent(const Running& running, bool reused);
  void ask();
  void play();
  void end(Running& running);
  void configure();
  void change_set();
  void reap();
  void leave(Running& running);
  void settle();
  void check_quiet();
  void check_counts();

  upstream::Connections& connections() { return world_.connections; }
  [[nodiscard]] base::Stamp now() const { return world_.time.now(); }
  static bool holds(upstream::EndpointSlot& slot, const upstream::Connection* connection);
  static std::string last_of(const Running& running);

  support::Dice dice_;
  upstream::World world_;
  std::vector<Running> running_;
  std::map<const upstream::Connection*, Known> known_;
  std::vector<bool> in_set_;         // by endpoint
  std::vector<std::uint32_t> held_;  // places, by endpoint
  Ceiling ceiling_;
  std::map<std::size_t, bool> silent_;  // far ends that sent FIN
  std::uint64_t order_ = 0;
  std::size_t reused_ = 0;
};

}  // namespace weir::sim
