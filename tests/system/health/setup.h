#pragma once

#include <string>
#include <vector>

#include "support/backend_process.h"
#include "support/dead_port.h"
#include "support/fake_origin.h"
#include "support/load.h"
#include "support/patience.h"
#include "support/raw_client.h"
#include "support/weir_process.h"

namespace weir::health {

using support::BackendProcess;
using support::Clock;
using support::Connection;
using support::FakeOrigin;
using support::Load;
using support::Message;
using support::Milliseconds;
using support::RawClient;
using support::RefusingPort;
using support::SilentPort;
using support::WeirProcess;

// A file with one upstream "app" of these endpoints that takes everything. `check`: the keys of
// health_check ("path: /healthz, interval: 100ms"); empty: none. `keys`: more of the upstream, each
// as "max_fails: 1".
inline std::string config_of(const std::vector<std::string>& endpoints, const std::string& check,
                             const std::vector<std::string>& keys = {}) {
  std::string text = "listen: \"127.0.0.1:0\"\nupstreams:\n  app:\n    endpoints: [";
  for (const auto& endpoint : endpoints)
    text += (text.ends_with('[') ? "\"" : ", \"") + endpoint + '"';
  text += "]\n";
  if (!check.empty()) text += "    health_check: {" + check + "}\n";
  for (const auto& key : keys) text += "    " + key + '\n';
  return text;
}

inline std::string of_endpoint(const std::string& name, const std::string& address) {
  return name + "{endpoint=\"" + address + "\"}";
}

inline std::string probes_of(const std::string& address, const std::string& result) {
  return "weir_upstream_health_checks_total{endpoint=\"" + address + "\",result=\"" + result +
         "\"}";
}

// Tells a weir-backend what /healthz is from now on.
inline void fail_health(const std::string& address, bool fails) {
  RawClient(address).ask(std::string("POST /healthz?fail=") + (fails ? "1" : "0") +
                         " HTTP/1.1\r\nHost: test\r\nContent-Length: 0\r\n\r\n");
}

// The instance that answered.
inline std::string instance(WeirProcess& weir) {
  return RawClient(weir.address()).get("/users/7").fields.value("X-Instance");
}

}  // namespace weir::health
