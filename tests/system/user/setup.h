#pragma once

#include <doctest/doctest.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "support/raw_client.h"
#include "support/temp_dir.h"
#include "support/weir_process.h"

namespace weir::user {

using support::Process;
using support::RawClient;
using support::TempDir;
using support::WeirProcess;

// Only root can become somebody else. CI runs as root.
inline bool root() {
  if (::geteuid() == 0) return true;
  MESSAGE("not looked at: it takes root");
  return false;
}

// A file that answers `body`, with these lines more.
inline std::string config(const std::string& body, const std::string& more,
                          const std::string& listen = "\"127.0.0.1:0\"") {
  return "listen: [" + listen + "]\nroutes: [{respond: {status: 200, body: " + body + "}}]\n" +
         more;
}

// What stands behind `field` in the status of each thread of the process.
std::vector<std::string> of_threads(pid_t pid, const std::string& field);

// The number of the user "nobody", and of that user's group.
std::string nobody_uid();
std::string nobody_gid();
// Makes the path nobody's.
void give_to_nobody(const std::string& path);
// Who owns it.
std::string owner_of(const std::string& path);
// Lets everybody read what is in the directory.
void open_to_all(const std::string& path);

}  // namespace weir::user
