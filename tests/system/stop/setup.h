#pragma once

#include <signal.h>

#include <string>
#include <vector>

#include "support/backend_process.h"
#include "support/fake_origin.h"
#include "support/raw_client.h"
#include "support/weir_process.h"

namespace weir::stop {

using support::BackendProcess;
using support::Clock;
using support::Connection;
using support::End;
using support::FakeOrigin;
using support::get;
using support::Message;
using support::Milliseconds;
using support::Product;
using support::RawClient;
using support::refuses;
using support::TempDir;
using support::WeirProcess;

// A file that listens on `listen` (of a flow list), with one upstream where everything goes.
inline std::string config_on(const std::string& listen, const std::string& address,
                             const std::string& more = "") {
  return "listen: [" + listen + "]\nupstreams: {app: [\"" + address + "\"]}\n" + more;
}

inline std::string config_to(const std::string& address, const std::string& more = "") {
  return config_on("\"127.0.0.1:0\"", address, more);
}

inline std::string in_quotes(const std::string& text) { return '"' + text + '"'; }

}  // namespace weir::stop
