#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "support/message.h"
#include "support/socket.h"

namespace weir::support {

class FakeOrigin;

// One connection of a FakeOrigin, for its script. On the script's thread.
class Connection : public Socket {
 public:
  Connection(int descriptor, FakeOrigin& origin, std::size_t number)
      : Socket(descriptor), origin_(origin), number_(number) {}

  // Which connection of the origin it is: from 0, as they were accepted.
  [[nodiscard]] std::size_t number() const { return number_; }
  // Reads a request with its body, for FakeOrigin::requests() too.
  Message request();
  // Reads the head of a request and leaves its body in the socket; recorded likewise.
  Message request_head();
  // Waits for the first byte of another request; false when the other side has left.
  bool another() { return !buffer().empty() || more(); }

 private:
  FakeOrigin& origin_;
  const std::size_t number_;
};

// A backend that does exactly what a script says, also what no good one would do. Each connection
// is played by a thread of its own with the blocking calls of Socket and message.h; when the script
// returns, the connection is closed by FIN unless the script reset() it. An exception in it (a
// deadline, the end where bytes were expected) closes the connection and is told by problems().
class FakeOrigin {
 public:
  using Script = std::function<void(Connection& connection)>;

  explicit FakeOrigin(Script script, const std::string& address = "127.0.0.1:0",
                      int receive_buffer = 0);
  // Ends all connections, which lets scripts that wait for bytes return, and joins them.
  ~FakeOrigin();
  FakeOrigin(const FakeOrigin&) = delete;
  FakeOrigin& operator=(const FakeOrigin&) = delete;

  // Reads request after request on each connection and answers each by these bytes.
  static Script answering(std::string response);
  // Reads a request and then sends nothing until the other side leaves.
  static Script hanging();

  [[nodiscard]] const std::string& address() const { return address_; }
  // Stops listening: connections are refused from now on; those open go on.
  void stop_listening();

  // The requests that scripts have read by Connection, over all connections.
  [[nodiscard]] std::vector<Message> requests() const;
  // How many were accepted, and how many scripts have ended.
  [[nodiscard]] std::size_t connections() const;
  [[nodiscard]] std::size_t ended() const;
  // Waits until there are as many.
  void wait_requests(std::size_t count) const;
  void wait_connections(std::size_t count) const;
  void wait_ended(std::size_t count) const;
  // What went wrong in scripts.
  [[nodiscard]] std::vector<std::string> problems() const;

 private:
  friend class Connection;
  void record(Message request);
  void accept_all();
  void play(Connection& connection);
  template <class Holds>
  void wait(std::string_view what, Holds holds) const;

  Script script_;
  std::string address_;
  int descriptor_;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  bool stopped_ = false;
  std::list<Connection> open_;
  std::list<std::thread> players_;
  std::vector<Message> requests_;
  std::vector<std::string> problems_;
  std::size_t ended_ = 0;
  std::thread acceptor_;
};

}  // namespace weir::support
