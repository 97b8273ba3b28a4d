#pragma once

#include <string>

#include "support/backend_process.h"
#include "support/curl.h"
#include "support/fake_origin.h"
#include "support/raw_client.h"
#include "support/weir_process.h"

namespace weir::bad_input {

using support::BackendProcess;
using support::chunk;
using support::Connection;
using support::curl;
using support::CurlResult;
using support::End;
using support::FakeOrigin;
using support::kLastChunk;
using support::Message;
using support::Milliseconds;
using support::RawClient;
using support::WeirProcess;

inline const char* const kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
inline const char* const kGet = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

// A weir in front of an origin that plays a script; `more` is added to its file.
struct Staged {
  explicit Staged(FakeOrigin::Script script, const std::string& more = "")
      : origin(std::move(script)),
        weir("listen: \"127.0.0.1:0\"\nupstreams: {app: [\"" + origin.address() + "\"]}\n" + more) {
  }
  // How many requests weir refused for this reason.
  [[nodiscard]] double rejected(const std::string& reason) const {
    return weir.metric("weir_http_requests_rejected_total{reason=\"" + reason + "\"}");
  }
  FakeOrigin origin;
  WeirProcess weir;
};

}  // namespace weir::bad_input
