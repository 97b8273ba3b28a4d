#pragma once

#include <exception>
#include <string>
#include <string_view>

#include "support/message.h"
#include "support/socket.h"

namespace weir::support {

// A GET of `path` as it is on the wire.
inline std::string get(const std::string& path) {
  return "GET " + path + " HTTP/1.1\r\nHost: test\r\n\r\n";
}

// A client that sends exactly the bytes it is told and sees exactly those that come: a Socket (see
// there for sending, reading, FIN and RST) that reads responses.
class RawClient : public Socket {
 public:
  // Connects to an address as weir prints it. `receive_buffer`: bytes of SO_RCVBUF, to be slow
  // with; 0: the kernel's own choice.
  explicit RawClient(const std::string& address, int receive_buffer = 0,
                     Milliseconds patience = kPatience)
      : Socket(connect_to(address, receive_buffer), patience) {}

  // Reads one final response (message.h).
  Message response(std::string_view method = "GET") { return read_response(*this, method); }
  // Sends a whole request, for one response.
  Message ask(std::string_view request, std::string_view method = "GET") {
    send(request);
    return response(method);
  }
  // GET of `path` on the connection, which stays open.
  Message get(std::string_view path) { return ask(support::get(std::string(path))); }
};

// Connections are refused there.
inline bool refuses(const std::string& address) {
  try {
    RawClient client(address);
    return false;
  } catch (const std::exception&) {
    return true;
  }
}

}  // namespace weir::support
