#pragma once

#include <string>
#include <vector>

#include "support/backend_process.h"
#include "support/curl.h"
#include "support/fake_origin.h"
#include "support/raw_client.h"
#include "support/temp_dir.h"
#include "support/weir_process.h"

namespace weir::proxying {

using support::BackendProcess;
using support::Connection;
using support::curl;
using support::CurlResult;
using support::End;
using support::FakeOrigin;
using support::Message;
using support::Milliseconds;
using support::RawClient;
using support::TempDir;
using support::WeirProcess;

// A file with one listener and one upstream "app" at `address`, where everything goes.
inline std::string config_to(const std::string& address, const std::string& more = "") {
  return "listen: \"127.0.0.1:0\"\nupstreams: {app: [\"" + address + "\"]}\n" + more;
}

// Freed memory goes back at once also under AddressSanitizer, for tests that measure memory.
inline const std::vector<std::string> kNoQuarantine = {"ASAN_OPTIONS=quarantine_size_mb=0"};

// A weir in front of a weir-backend.
struct Served {
  BackendProcess backend;
  WeirProcess weir{config_to(backend.address()), kNoQuarantine};
};

// A weir in front of an origin that plays a script.
struct Staged {
  explicit Staged(FakeOrigin::Script script, const std::string& more = "")
      : origin(std::move(script)), weir(config_to(origin.address(), more), kNoQuarantine) {}
  FakeOrigin origin;
  WeirProcess weir;
};

}  // namespace weir::proxying
