#pragma once

#include <string>
#include <string_view>

#include "support/backend_process.h"
#include "support/dns_server.h"
#include "support/patience.h"
#include "support/raw_client.h"
#include "support/weir_process.h"

namespace weir::names {

using support::BackendProcess;
using support::DnsServer;
using support::Message;
using support::RawClient;
using support::SilentDns;
using support::wait_until;
using support::WeirProcess;

inline std::string port_of(const std::string& address) {
  return address.substr(address.rfind(':') + 1);
}

// Names are asked for at `server`, and again each 200 ms.
inline std::string resolver(const std::string& server, const std::string& timeout = "5s") {
  return "resolver: {servers: [\"" + server + "\"], timeout: " + timeout +
         ", ttl_min: 200ms, ttl_max: 200ms}\n";
}

// The upstream `app` of these endpoints takes everything.
inline std::string app(const std::string& endpoints) {
  return "listen: \"127.0.0.1:0\"\nupstreams: {app: {endpoints: [" + endpoints + "]}}\n";
}

// Which backend answers; "503" and the like where none does.
inline std::string instance(const WeirProcess& weir, const std::string& path = "/") {
  Message answer = RawClient(weir.address()).get(path);
  if (answer.status() != 200) return std::to_string(answer.status());
  return std::string(answer.fields.value("X-Instance"));
}

inline bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

}  // namespace weir::names
