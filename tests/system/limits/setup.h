#pragma once

#include <string>

#include "support/raw_client.h"
#include "support/weir_process.h"

namespace weir::limits {

using support::End;
using support::Message;
using support::Milliseconds;
using support::RawClient;
using support::WeirProcess;

// A file that answers everything itself, for bounds that need no backend.
inline std::string answering(const std::string& more) {
  return "listen: [\"127.0.0.1:0\", \"[::1]:0\"]\n"
         "routes: [{respond: {status: 200, body: \"well\"}}]\n" +
         more;
}

inline std::string hits_of(const std::string& limit) {
  return "weir_limit_hits_total{limit=\"" + limit + "\"}";
}

}  // namespace weir::limits
