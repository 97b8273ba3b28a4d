#pragma once

#include <list>
#include <semaphore>
#include <string>

#include "support/backend_process.h"
#include "support/fake_origin.h"
#include "support/load.h"
#include "support/raw_client.h"
#include "support/weir_process.h"

namespace weir::queue {

using support::BackendProcess;
using support::Connection;
using support::FakeOrigin;
using support::Load;
using support::Message;
using support::RawClient;
using support::WeirProcess;

// Two workers, and an upstream whose one endpoint takes so many requests at once.
inline std::string config_to(const std::string& address, int max_conns, const std::string& queue) {
  return "listen: \"127.0.0.1:0\"\n"
         "workers: 2\n"
         "upstreams:\n"
         "  app:\n"
         "    endpoints: [{address: \"" +
         address + "\", max_conns: " + std::to_string(max_conns) + "}]\n    queue: " + queue + "\n";
}

// An origin that answers a request when it is let.
class Gate {
 public:
  ~Gate() { open(1'000); }
  void open(int requests = 1) { open_.release(requests); }

 private:
  std::counting_semaphore<> open_{0};

 public:
  FakeOrigin origin{[this](Connection& connection) {
    while (connection.another()) {
      connection.request();
      open_.acquire();
      connection.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nwell");
    }
  }};
};

// Clients that have asked, each on a connection of its own, and read nothing yet.
struct Clients {
  Clients(WeirProcess& weir, int count) {
    for (int i = 0; i < count; ++i) ask(weir);
  }
  RawClient& ask(WeirProcess& weir, const std::string& path = "/a") {
    all.emplace_back(weir.address()).send(support::get(path));
    return all.back();
  }
  // How many answers are a whole 200.
  int well() {
    int count = 0;
    for (auto& client : all) count += client.response().status() == 200 ? 1 : 0;
    return count;
  }
  std::list<RawClient> all;
};

}  // namespace weir::queue
