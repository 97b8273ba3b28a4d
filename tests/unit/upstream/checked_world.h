#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "support/memory/manual_time.h"
#include "support/memory/memory_connector.h"
#include "support/memory/memory_network.h"
#include "upstream/health_checks.h"

namespace weir::upstream {

// Health checks over backends in memory, each of which answers every request as it is told: its
// bytes, or nothing at all. Time goes on in steps of a millisecond.
struct CheckedWorld final : HealthEvents {
  CheckedWorld();

  // What the backend on this port answers from now on; empty: it never does. Default: kOk.
  void answer(std::uint16_t port, std::string bytes) { answers[port] = std::move(bytes); }
  void refuse(std::uint16_t port) { connector.plan(port, memory::Plan::kRefuse); }
  void hang(std::uint16_t port) { connector.plan(port, memory::Plan::kHang); }
  void accept(std::uint16_t port) { connector.plan(port, memory::Plan::kAccept); }

  // An endpoint on 127.0.0.1:`port`, the same one each time.
  base::SharedRef<Endpoint> endpoint(std::uint16_t port);
  // Applies a set of these, configured as `options` says.
  void apply(const std::vector<std::uint16_t>& ports);
  // Without anything happening.
  void apply_members(std::vector<Member> members);
  // Lets everything happen that needs no time.
  void settle();
  // Time goes on, and everything happens on the way.
  void run(base::Duration by);

  [[nodiscard]] Health health(std::uint16_t port) { return endpoint(port)->health(); }
  [[nodiscard]] const HealthRecord& record(std::uint16_t port) {
    return *checks.find(*endpoint(port));
  }
  // When probes of this port began, in milliseconds from the world's beginning.
  std::vector<std::int64_t> began(std::uint16_t port) { return begins[port]; }

  void on_health_change(const HealthChange& change) override;
  void on_all_checked() override { heard.push_back("all checked"); }

  static constexpr const char* kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

  memory::ManualTime time;
  memory::MemoryNetwork network{time.turns()};
  memory::MemoryConnector connector{network};
  PoolOptions options;
  base::SharedRef<ObservedPool> observed = base::make_shared_ref<ObservedPool>("api", 1U);
  std::map<std::uint16_t, base::SharedRef<Endpoint>> endpoints;
  std::map<std::uint16_t, std::string> answers;
  std::map<std::uint16_t, std::vector<std::int64_t>> begins;
  std::map<std::uint16_t, std::size_t> answered;
  std::vector<std::string> heard;  // "9001 up", "9001 down refused 3", "all checked"
  HealthChecks checks{time.turns(), time.wheel(), connector, *this, 7};

 private:
  // Answers what was asked. True when there was something.
  bool play();
  const base::Stamp beginning_ = time.now();
};

}  // namespace weir::upstream
