#pragma once

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "app/counters.h"
#include "app/snapshot.h"
#include "net/listen_socket.h"
#include "net/loop.h"
#include "net/mailbox.h"
#include "net/socket_stream.h"
#include "observe/access_log.h"
#include "observe/failure_log.h"
#include "server/acceptor.h"
#include "server/service.h"
#include "upstream/connections.h"
#include "upstream/pool.h"

namespace weir::app {

// One worker: a thread with a loop of its own, its listening sockets, sessions and upstream
// connections. Made, started and joined by the control thread; in between it is reached through
// letters only.
class Worker final : public server::DrainEvents, public net::DeadlineEvents {
 public:
  // `number` of `workers`, from 0. `counters` is filled with this worker's blocks. All references
  // outlive the worker. `log`: null for no access log.
  Worker(const Snapshot& snapshot, Counters& counters, observe::ErrorLog& errors,
         observe::LogThread* log, std::size_t log_file, unsigned number, unsigned workers);
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  // Starts to listen, one socket for each listener of the configuration. Before start().
  base::Result<base::Done> listen(std::vector<net::Descriptor> sockets);
  void start();
  // Graceful stop: see server::Service::drain; at timeouts.drain what is still open is cut. Any
  // thread.
  void drain();
  // Ends at once. Any thread.
  void stop();
  // Waits for the end. Control thread.
  void join();
  // Says on the control thread's mailbox, once, that this worker has ended by itself (drained).
  void on_end(net::Mailbox& control, std::unique_ptr<net::Letter> letter);

  [[nodiscard]] const base::Counter* dropped_log_lines() const;

  void on_drained() override;
  void on_deadline(net::Deadline& deadline) override;

 private:
  class Order;
  enum class Command : std::uint8_t { kDrain, kStop };
  void obey(Command command);
  void make_pools();
  server::ServiceOptions service_options();

  const Snapshot& snapshot_;
  Counters& counters_;
  const unsigned number_;
  const unsigned workers_;
  net::Loop loop_;
  net::Mailbox mailbox_;
  net::SocketConnector connector_;
  upstream::Connections connections_;
  std::vector<std::unique_ptr<upstream::Pool>> pools_;
  std::vector<std::unique_ptr<http::Handler>> handlers_;
  std::unique_ptr<observe::AccessLog> log_;  // null: off
  observe::FailureLog failure_log_;
  server::Service service_;
  std::vector<std::unique_ptr<server::Acceptor>> acceptors_;
  net::Deadline drain_deadline_;
  net::Mailbox* control_ = nullptr;
  std::unique_ptr<net::Letter> farewell_;
  std::thread thread_;
};

}  // namespace weir::app
