#pragma once

#include <string>
#include <vector>

#include "support/backend_process.h"
#include "support/dead_port.h"
#include "support/fake_origin.h"
#include "support/raw_client.h"
#include "support/weir_process.h"

namespace weir::failover {

using support::BackendProcess;
using support::Connection;
using support::End;
using support::FakeOrigin;
using support::Message;
using support::Milliseconds;
using support::RawClient;
using support::RefusingPort;
using support::SilentPort;
using support::WeirProcess;

// A file with one upstream "app" that takes everything. `endpoints`: addresses or flow maps;
// `keys`: more of the upstream, each as "max_fails: 1".
inline std::string config_of(const std::vector<std::string>& endpoints,
                             const std::vector<std::string>& keys = {}) {
  std::string text = "listen: \"127.0.0.1:0\"\nupstreams:\n  app:\n    endpoints:\n";
  for (const auto& endpoint : endpoints) {
    bool is_map = endpoint.starts_with('{');
    text += "      - " + (is_map ? endpoint : '"' + endpoint + '"') + '\n';
  }
  for (const auto& key : keys) text += "    " + key + '\n';
  return text;
}

// An endpoint as a map: its address and `keys`, such as "weight: 5".
inline std::string endpoint(const std::string& address, const std::string& keys) {
  return "{address: \"" + address + "\", " + keys + "}";
}

// An answer of this body.
inline std::string answer_of(const std::string& body) {
  return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

// A script that reads a request whole and then breaks the connection off.
inline FakeOrigin::Script resetting() {
  return [](Connection& connection) {
    connection.request();
    connection.reset();
  };
}

inline std::string of_endpoint(const std::string& name, const std::string& address) {
  return name + "{endpoint=\"" + address + "\"}";
}

inline std::string post(const std::string& body, const std::string& method = "POST") {
  return method + " /a HTTP/1.1\r\nHost: test\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + body;
}

}  // namespace weir::failover
