#pragma once

#include <sys/resource.h>

#include <cstddef>
#include <filesystem>
#include <list>
#include <sstream>
#include <string>
#include <vector>

#include "support/backend_process.h"
#include "support/raw_client.h"
#include "support/weir_process.h"

namespace weir::workers {

using support::BackendProcess;
using support::Message;
using support::RawClient;
using support::WeirProcess;

// A file with this many workers and one upstream, where everything goes.
inline std::string config_to(const std::string& address, int workers,
                             const std::string& more = "") {
  return "listen: \"127.0.0.1:0\"\nworkers: " + std::to_string(workers) + "\nupstreams: {app: [\"" +
         address + "\"]}\n" + more;
}

// Lets this process have as many descriptors as it may.
inline void raise_descriptor_limit() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

// How many descriptors each loop of a process watches, the least first: proc(5) lists them for each
// epoll descriptor, of which each libuv loop has one.
std::vector<std::size_t> watched_by_loop(pid_t pid);

// The memory of a process that is its own share, in bytes (proc(5): Pss of smaps_rollup).
std::size_t proportional_memory(pid_t pid);

}  // namespace weir::workers
