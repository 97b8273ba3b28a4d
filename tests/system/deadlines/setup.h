#pragma once

#include <doctest/doctest.h>

#include <string>

#include "support/backend_process.h"
#include "support/dead_port.h"
#include "support/fake_origin.h"
#include "support/raw_client.h"
#include "support/weir_process.h"

namespace weir::deadlines {

using support::BackendProcess;
using support::Clock;
using support::Connection;
using support::End;
using support::FakeOrigin;
using support::Message;
using support::Milliseconds;
using support::RawClient;
using support::SilentPort;
using support::WeirProcess;

// The deadline under test, as it is written in the file.
inline constexpr const char* kText = "150ms";
inline constexpr Milliseconds kTime{150};
// What clocks and the wheel may round away.
inline constexpr Milliseconds kRounding{20};

// A file with one upstream "app" at `address`, where everything goes.
inline std::string config_to(const std::string& address, const std::string& upstream_keys,
                             const std::string& top_keys = "") {
  return "listen: \"127.0.0.1:0\"\nupstreams:\n  app:\n    endpoints: [\"" + address + "\"]\n    " +
         upstream_keys + "\n" + top_keys;
}

// A file with this deadline on the client's side.
inline std::string client_config(const std::string& address, const std::string& key) {
  return config_to(address, "max_fails: 3", "timeouts: {" + key + ": " + kText + "}\n");
}

// The same on the backend's side.
inline std::string upstream_config(const std::string& address, const std::string& key) {
  return config_to(address, "timeouts: {" + key + ": " + kText + "}");
}

class Stopwatch {
 public:
  // The deadline under test has passed, and it was that and no other one.
  [[nodiscard]] bool passed_deadline() const {
    auto passed = Clock::now() - start_;
    return passed >= kTime - kRounding && passed < support::kPatience / 2;
  }
  [[nodiscard]] Clock::duration passed() const { return Clock::now() - start_; }

 private:
  Clock::time_point start_ = Clock::now();
};

// Waits until the deadline of this phase was counted, and checks that no other one was.
inline void check_counted(WeirProcess& weir, const std::string& phase) {
  weir.wait_metric("weir_timeouts_total{phase=\"" + phase + "\"}", 1);
  CHECK(weir.metric("weir_timeouts_total") == 1);
}

}  // namespace weir::deadlines
