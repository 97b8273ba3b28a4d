#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "support/backend_process.h"
#include "support/dead_port.h"
#include "support/fake_origin.h"
#include "support/raw_client.h"
#include "support/weir_process.h"

namespace weir::status {

using Json = nlohmann::json;
using support::BackendProcess;
using support::RawClient;
using support::WeirProcess;

// What a run of `weir status` brought.
struct Run {
  int status = 0;
  std::string out;
  std::string err;
};

// `file`: the configuration that it is asked by.
inline Run weir_status(const std::string& file, std::vector<std::string> arguments = {}) {
  arguments.insert(arguments.begin(), {support::product_path("weir"), "status", "-c", file});
  support::Process process(std::move(arguments));
  Run run;
  run.status = process.wait();
  run.out = process.out();
  run.err = process.err();
  return run;
}

// A configuration whose admin listener is that of `weir`, which picked its port itself.
inline std::string asking_file(WeirProcess& weir) {
  return weir.dir().write(
      "asking.yaml",
      "listen: 0\nupstreams: {app: [\"127.0.0.1:9\"]}\nadmin: \"" + weir.admin() + "\"\n");
}

// The line that begins with these words; empty: there is none.
inline std::string line_of(const std::string& text, const std::string& begin) {
  std::size_t at = text.starts_with(begin) ? 0 : text.find('\n' + begin);
  if (at == std::string::npos) return {};
  if (text[at] == '\n') ++at;
  return text.substr(at, text.find('\n', at) - at);
}

inline bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// The endpoint of this address in a status.
inline Json endpoint_of(const Json& status, const std::string& address) {
  for (const auto& upstream : status.at("upstreams")) {
    for (const auto& endpoint : upstream.at("endpoints")) {
      if (endpoint.at("address") == address) return endpoint;
    }
  }
  throw std::runtime_error("no endpoint " + address + " in " + status.dump());
}

}  // namespace weir::status
