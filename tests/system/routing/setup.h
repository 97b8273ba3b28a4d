#pragma once

#include <string>
#include <vector>

#include "support/backend_process.h"
#include "support/curl.h"
#include "support/raw_client.h"
#include "support/weir_process.h"

namespace weir::routing {

using support::BackendProcess;
using support::curl;
using support::CurlResult;
using support::RawClient;
using support::WeirProcess;

// A route that answers with its name, beside the conditions that are given as YAML.
inline std::string named(const std::string& name, const std::string& conditions) {
  return "  - {name: " + name + ", " + conditions + ", respond: {body: " + name + "}}\n";
}

}  // namespace weir::routing
