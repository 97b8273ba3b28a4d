#pragma once

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "app/counters.h"
#include "app/generation.h"
#include "app/snapshot.h"
#include "cache/coalescer.h"
#include "net/buffers.h"
#include "net/descriptor.h"
#include "net/loop.h"
#include "net/mailbox.h"
#include "net/socket_stream.h"
#include "observe/access_log.h"
#include "observe/failure_log.h"
#include "server/acceptor.h"
#include "server/admission.h"
#include "server/service.h"
#include "upstream/connections.h"

namespace weir::app {

// What a worker is to serve from now on.
struct Serving {
  base::SharedRef<const Snapshot> snapshot;
  // By listener of the snapshot, this worker's bound socket; none for listeners that it has
  // already.
  std::vector<net::Descriptor> sockets;
  observe::LogThread* log = nullptr;  // null: no access log
  std::size_t log_file = 0;
  // The log is another one than before, or writes by other options.
  bool log_changed = true;
};

// What is bounded over all workers of the process.
struct Together {
  base::SharedRef<server::Admission> admission = base::make_shared_ref<server::Admission>();
  base::SharedRef<net::BufferTotal> buffers = base::make_shared_ref<net::BufferTotal>();
};

// One worker: a thread with a loop of its own, its listening sockets, sessions and upstream
// connections. Made, started and joined by the control thread; in between it is reached through
// letters only.
class Worker final : public server::DrainEvents,
                     public cache::CoalescerEvents,
                     public net::DeadlineEvents {
 public:
  // The worker of this number, from 0, which serves `snapshot` first. `counters` and `errors`
  // outlive it.
  Worker(base::SharedRef<const Snapshot> snapshot, Counters& counters, observe::ErrorLog& errors,
         const Together& together, unsigned number);
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  // Serves this, in place of what it served: see Generation. Listeners that are no more are
  // accepted dry and closed. Before start(), of the snapshot that it was made with; the error is
  // the first of a listener, the others listen all the same.
  base::Result<base::Done> serve(Serving serving);
  // The same, for a worker that runs. `done` is posted to `control` when it has happened. Any
  // thread.
  void post(Serving serving, net::Mailbox& control, std::unique_ptr<net::Letter> done);
  // The pool that is observed so, where it is served, has these endpoints from now on. Any thread.
  void post(base::SharedRef<upstream::ObservedPool> pool,
            base::SharedRef<const upstream::EndpointSet> set);
  void start();
  // Graceful stop: see server::Service::drain; at timeouts.drain what is still open is cut. Any
  // thread.
  void drain();
  // Ends at once. Any thread.
  void stop();
  // Waits for the end. Control thread.
  void join();
  // The endpoint was found down: what its pool says of tunnels (on_down) is done. Any thread.
  void tell_down(base::SharedRef<const upstream::Endpoint> endpoint);
  // Has the worker let go of memory that lies about for reuse: a burst is over. Any thread.
  void ease();
  // Has the worker count how late it hears of this; not while it has not heard of the last time
  // yet. Any thread.
  void measure_lag();
  // Says on the control thread's mailbox, once, that this worker has ended by itself (drained).
  void on_end(net::Mailbox& control, std::unique_ptr<net::Letter> letter);

  void on_drained() override;
  void on_coalescer_empty() override;
  void on_deadline(net::Deadline& deadline) override;

 private:
  class Order;
  class NewServing;
  class NewEndpoints;
  class LagLetter;
  class DownLetter;
  enum class Command : std::uint8_t { kDrain, kStop, kEase };
  void obey(Command command);
  void let_go();
  WorkerParts parts();
  base::Result<base::Done> open_listeners(std::vector<net::Descriptor> sockets);

  Counters& counters_;
  observe::ErrorLog& errors_;
  const unsigned number_;
  net::Loop loop_;
  net::Mailbox mailbox_;
  net::SocketConnector connector_;
  upstream::Connections connections_;
  observe::AccessLog access_log_;
  observe::FailureLog failure_log_;
  cache::Coalescer coalescer_;
  base::Ref<Generation> generation_;
  server::Service service_;
  std::vector<std::unique_ptr<server::Acceptor>> acceptors_;
  net::Deadline drain_deadline_;
  std::atomic<bool> measuring_lag_{false};  // a letter is on its way
  net::Mailbox* control_ = nullptr;
  std::unique_ptr<net::Letter> farewell_;
  std::thread thread_;
};

}  // namespace weir::app
