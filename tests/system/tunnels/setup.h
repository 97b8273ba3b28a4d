#pragma once

#include <string>
#include <vector>

#include "support/fake_origin.h"
#include "support/process.h"
#include "support/raw_client.h"
#include "support/weir_process.h"

namespace weir::tunnels {

using support::Connection;
using support::End;
using support::FakeOrigin;
using support::Message;
using support::Milliseconds;
using support::Process;
using support::RawClient;
using support::WeirProcess;

inline std::vector<std::string> peers(std::vector<std::string> arguments) {
  // Debian's own, which has its packages.
  arguments.insert(arguments.begin(), {"/usr/bin/python3",
                                       WEIR_SOURCE_DIR "/tests/system/tunnels/websocket_peers.py"});
  return arguments;
}

// A real WebSocket server; websocket_peers.py tells its paths.
class Server : public Process {
 public:
  Server() : Process(peers({"server"})) {
    std::string line = wait_out_line("listening on ");
    address_ = line.substr(line.rfind(' ') + 1);
  }
  [[nodiscard]] const std::string& address() const { return address_; }

 private:
  std::string address_;
};

// A real WebSocket client that plays a scenario through weir.
class Client : public Process {
 public:
  Client(const std::string& scenario, const WeirProcess& weir, int count = 0)
      : Process(peers({"client", scenario, weir.address(), std::to_string(count)})) {}
};

// A file with one listener and one upstream "app" at `address`.
inline std::string config_to(const std::string& address, const std::string& more = "") {
  return "listen: \"127.0.0.1:0\"\nupstreams: {app: [\"" + address + "\"]}\n" + more;
}

// Freed memory goes back at once also under AddressSanitizer, for tests that measure memory.
inline const std::vector<std::string> kNoQuarantine = {"ASAN_OPTIONS=quarantine_size_mb=0"};

// A weir in front of a real WebSocket server.
struct Served {
  explicit Served(const std::string& more = "") : weir(config_to(server.address(), more)) {}
  Server server;
  WeirProcess weir;
};

// A weir in front of an origin that plays a script.
struct Staged {
  explicit Staged(FakeOrigin::Script script, const std::string& more = "", int receive_buffer = 0)
      : origin(std::move(script), "127.0.0.1:0", receive_buffer),
        weir(config_to(origin.address(), more), kNoQuarantine) {}
  FakeOrigin origin;
  WeirProcess weir;
};

// A right handshake, by the example of RFC 6455 section 1.3, and its answer.
inline const std::string kHandshake =
    "GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
inline const std::string kSwitch =
    "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

// The origin's side: reads the handshake and switches.
inline void accept(Connection& connection) {
  connection.request_head();
  connection.send(kSwitch);
}

// The client's side: opens a tunnel.
inline Message open(RawClient& client) {
  client.send(kHandshake);
  return support::read_response_head(client);
}

}  // namespace weir::tunnels
