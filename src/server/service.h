#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/free_list.h"
#include "base/list.h"
#include "base/pinned.h"
#include "base/ref.h"
#include "http/field_edits.h"
#include "http/h1_parser.h"
#include "http/handler.h"
#include "net/address.h"
#include "net/mailbox.h"
#include "net/turn.h"
#include "net/wheel.h"
#include "routing/router.h"
#include "routing/split.h"
#include "server/admission.h"
#include "server/date_text.h"
#include "server/options.h"
#include "server/proxy_status.h"
#include "server/request_ids.h"
#include "server/stats.h"

namespace weir::server {

class Acceptor;
class ErrorPages;
class H1Exchange;
class H1Session;
struct Site;

class ExchangeLog;

// What answers the requests of a route, as one worker holds it. The handler, the stats and the log
// outlive it.
struct RouteTarget {
  std::string_view name;      // label in metrics and logs; "none" for requests without a route
  std::string_view upstream;  // name of its pool; empty: none
  http::Handler* handler = nullptr;  // null only for the target of requests without a route
  RouteStats* stats = nullptr;
  std::uint64_t max_body = 0;                 // bytes; the route's own, else limits.body
  std::span<const std::string> upgrade = {};  // protocols that may become tunnels; outlives it
  bool trace = false;                         // TRACE goes to the handler
  const http::FieldEdits* response_edits = nullptr;  // of final answers; null: none; outlives it
  ExchangeLog* log = nullptr;  // hears of the route's exchanges, behind the service's; null: none
  // Not null: one of `branches` answers, which this chooses by its share. They outlive it.
  const routing::Split* split = nullptr;
  const RouteTarget* branches = nullptr;
  const ErrorPages* error_pages = nullptr;  // null: the built-in ones; outlives it
  // Of the target of requests without a route: who can tell why. Null: nobody.
  const routing::Router* router = nullptr;
};

// Hears of each exchange that ended, before its memory goes. Called on the worker; must not block.
class ExchangeLog {
 public:
  // `request` has its record filled; where the head was not parsed its views are empty.
  virtual void on_exchange(const http::Request& request, const RouteTarget& route) = 0;

 protected:
  ~ExchangeLog() = default;
};

// What a log wants to know of each exchange that costs more than to write it down.
struct LogNeeds {
  bool sent_head = false;       // Record::sent_head
  bool server_address = false;  // Request::server_address and server_port

  // What either wants.
  friend LogNeeds operator|(const LogNeeds& a, const LogNeeds& b) {
    return {a.sent_head || b.sent_head, a.server_address || b.server_address};
  }
};

// Hears, once, that a service that drains has no session left.
class DrainEvents {
 public:
  // From the turn's end, with no session on the stack.
  virtual void on_drained() = 0;

 protected:
  ~DrainEvents() = default;
};

// How a service is set up: plain values, and borrowed objects that live as long as this. Exchanges
// hold the one that they began with, so that what they use of it outlives a reload.
struct ServiceOptions : base::Pinned {
  Limits limits;
  Timeouts timeouts;
  HalfClose half_close = HalfClose::kFinish;
  ProxyStatus proxy_status = ProxyStatus::kOff;
  std::vector<net::Cidr> trusted_proxies;
  const routing::Router* router = nullptr;  // route indices are those of `routes`
  std::vector<RouteTarget> routes;
  RouteTarget no_route;  // requests without a route, and those refused before routing; no handler
  WorkerStats* stats = nullptr;
  ExchangeLog* log = nullptr;             // hears of all exchanges; null: none
  LogNeeds log_needs;                     // of the routes' logs
  std::string_view server_name = "weir";  // the Server field of own answers
};

// What all sessions of a worker share: configuration, counters, free lists, and the sessions
// themselves. One per worker (and one for the admin listener); outlives its acceptors. One thread,
// but for call().
class Service final : public net::Deferred {
 public:
  // `admission`: who is connected to this service, and to others that share its bounds; those may
  // live on other threads where `mailbox`, by which this one's is reached, is given and outlives
  // the service. Null: all are on this thread.
  Service(net::Turns& turns, net::Wheel& wheel, base::Ref<const ServiceOptions> options,
          base::SharedRef<Admission> admission = base::make_shared_ref<Admission>(),
          net::Mailbox* mailbox = nullptr);
  // Closes what is open at once.
  ~Service();
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  // Serves by these from now on: what is read or opened next. Exchanges that are under way keep
  // theirs. The counters and the log must be the same ones as before.
  void configure(base::Ref<const ServiceOptions> options);
  // Graceful stop: answers say Connection: close, idle sessions close now, the others behind their
  // answer. Acceptors should be gone; what they still bring is drained too. `events` hears of the
  // last one's end, from the turn's end, also where there is none. Once, inside a turn.
  void drain(DrainEvents& events);
  // Cuts every session.
  void close_all();
  // Lets go of memory that lies about for reuse: a burst is over. In a turn of its own.
  void ease();

  [[nodiscard]] const ServiceOptions& options() const { return *options_; }
  [[nodiscard]] const base::Ref<const ServiceOptions>& shared_options() const { return options_; }
  [[nodiscard]] const http::HeadLimits& head_limits() const { return head_limits_; }
  [[nodiscard]] bool draining() const { return drain_events_ != nullptr; }
  [[nodiscard]] std::size_t session_count() const { return session_count_; }
  [[nodiscard]] bool trusts(const net::SocketAddress& address) const;
  [[nodiscard]] net::Turns& turns() { return turns_; }
  [[nodiscard]] net::Wheel& wheel() { return wheel_; }
  [[nodiscard]] base::Stamp now() { return turns_.now(); }
  [[nodiscard]] WorkerStats& stats() { return *options_->stats; }
  [[nodiscard]] DateText& date() { return date_; }
  [[nodiscard]] RequestIds& ids() { return ids_; }
  [[nodiscard]] base::FreeList<H1Exchange>& exchanges() { return exchanges_; }
  void count_limit(Limit limit) { stats().limit_hits[static_cast<std::size_t>(limit)].add(); }
  void count_timeout(http::Phase phase) { stats().timeouts[static_cast<std::size_t>(phase)].add(); }

  // Takes over a session that was made for it.
  void add(std::unique_ptr<H1Session> session);
  // A session is about to go.
  void left(H1Session& session);
  void add(Acceptor& acceptor);

  // What bounds connections over all workers.
  [[nodiscard]] Admission& admission() { return *admission_; }
  // False: the client at this address has as many connections as limits.per_client allows. `client`
  // becomes whom the new one is counted for (kNoClient: nobody).
  bool admit(const net::SocketAddress& address, ClientKey& client);
  // A connection that came in there has gone.
  void give_back_place(Site& site);
  // One of the acceptors was called, because there may be a place. Any thread.
  void call();

  void on_turn_end() override;

 private:
  class Call;
  // A call in place of a letter, where all are on one thread.
  struct Note final : net::Deferred {
    explicit Note(Service& the_service) : service(the_service) {}
    void on_turn_end() override { service.answer_call(); }
    Service& service;
  };
  void answer_call();

  net::Turns& turns_;
  net::Wheel& wheel_;
  base::Ref<const ServiceOptions> options_;
  http::HeadLimits head_limits_;
  DateText date_;
  RequestIds ids_;
  DrainEvents* drain_events_ = nullptr;  // null: serving
  bool drained_ = false;                 // told so
  base::List<Acceptor> acceptors_;
  base::List<H1Session> sessions_;  // owned: a session frees itself when it was retired
  std::size_t session_count_ = 0;
  base::FreeList<H1Exchange> exchanges_;
  const base::SharedRef<Admission> admission_;
  net::Mailbox* const mailbox_;
  Note note_{*this};
  std::atomic<bool> called_{false};  // a letter is on its way
};

}  // namespace weir::server
