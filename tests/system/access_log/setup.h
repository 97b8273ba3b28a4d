#pragma once

#include <string>
#include <vector>

#include "support/backend_process.h"
#include "support/dead_port.h"
#include "support/fake_origin.h"
#include "support/raw_client.h"
#include "support/weir_process.h"

namespace weir::access_log {

using support::BackendProcess;
using support::Connection;
using support::FakeOrigin;
using support::Message;
using support::Milliseconds;
using support::RawClient;
using support::RefusingPort;
using support::TempDir;
using support::wait_until;
using support::WeirProcess;

// A file that logs by these keys ("path: access.log, flush: 10ms"), with one upstream.
inline std::string config_of(const std::string& address, const std::string& log,
                             const std::string& more = "") {
  return "listen: \"127.0.0.1:0\"\nupstreams: {app: [\"" + address + "\"]}\naccess_log: {" + log +
         "}\n" + more;
}

// The whole lines of a file; none where there is none.
std::vector<std::string> lines_of(const std::string& path);
// Waits until it has as many, and returns them.
std::vector<std::string> wait_lines(const std::string& path, std::size_t count);

// The line with its time, which it must have in nginx's form, replaced by "TIME".
std::string without_time(const std::string& line);

}  // namespace weir::access_log
