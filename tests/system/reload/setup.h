#pragma once

#include <string>
#include <vector>

#include "support/backend_process.h"
#include "support/fake_origin.h"
#include "support/patience.h"
#include "support/raw_client.h"
#include "support/weir_process.h"

namespace weir::reload {

using support::BackendProcess;
using support::Connection;
using support::End;
using support::FakeOrigin;
using support::get;
using support::Message;
using support::RawClient;
using support::refuses;
using support::WeirProcess;

// A file that listens on these addresses, and has `rest` behind that.
inline std::string config(const std::string& rest,
                          const std::vector<std::string>& listen = {"127.0.0.1:0"}) {
  std::string text = "listen: [";
  for (const auto& address : listen) {
    if (!text.ends_with('[')) text += ", ";
    text += '"' + address + '"';
  }
  return text + "]\n" + rest;
}

// Everything goes to the upstream app of these endpoints.
inline std::string app(const std::vector<std::string>& endpoints, const std::string& more = "") {
  std::string text = "upstreams: {app: {endpoints: [";
  for (const auto& address : endpoints) {
    if (!text.ends_with('[')) text += ", ";
    text += '"' + address + '"';
  }
  return text + "]" + more + "}}\n";
}

}  // namespace weir::reload
