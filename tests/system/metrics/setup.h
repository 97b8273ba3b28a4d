#pragma once

#include <string>
#include <vector>

#include "support/backend_process.h"
#include "support/dead_port.h"
#include "support/fake_origin.h"
#include "support/raw_client.h"
#include "support/weir_process.h"

namespace weir::metrics {

using support::BackendProcess;
using support::Connection;
using support::FakeOrigin;
using support::Message;
using support::RawClient;
using support::RefusingPort;
using support::sum_series;
using support::WeirProcess;

// A weir of two workers with two upstreams (users of two endpoints, broken of none that works),
// routes of all kinds, and requests that none takes.
struct Gateway {
  BackendProcess one{"one"};
  BackendProcess two{"two"};
  RefusingPort refusing;
  WeirProcess weir{
      "listen: \"127.0.0.1:0\"\n"
      "workers: 2\n"
      "upstreams:\n"
      "  users: [\"" +
      one.address() + "\", \"" + two.address() +
      "\"]\n"
      "  broken: [\"" +
      refusing.address() +
      "\"]\n"
      "routes:\n"
      "  - {name: users, path: /users/, upstream: users}\n"
      "  - {name: play, path: \"~ ^/(status|bytes|delay|echo)\", upstream: users}\n"
      "  - {name: broken, path: /broken, upstream: broken}\n"
      "  - {name: hello, path: \"= /hello\", respond: {status: 200, body: \"hello\"}}\n"
      "  - {name: away, path: \"= /away\", redirect: {to: \"http://test/users/1\"}}\n"};
};

// The status of a GET on a connection of its own.
inline int status_of(WeirProcess& weir, const std::string& path) {
  return RawClient(weir.address()).get(path).status();
}

}  // namespace weir::metrics
