#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <utility>

#include "base/list.h"
#include "base/result.h"
#include "net/descriptor.h"
#include "net/listener.h"
#include "server/h1_session.h"
#include "server/places.h"
#include "server/service.h"
#include "server/site.h"

namespace weir::server {

// Makes sessions of the connections that come in on one listening socket. At limits.connections and
// at the listener's own bound, which are counted over all workers, clients wait in the kernel's
// queue; over limits.per_client they are closed by RST. One thread, but for call().
class Acceptor final : public net::ListenerEvents,
                       public Places::Waiter,
                       public base::ListHook<Acceptor> {
 public:
  using For = net::Listener::For;

  // `connections`: of this listener, over all workers; 0: only limits.connections. The service
  // outlives the acceptor.
  static base::Result<std::unique_ptr<Acceptor>> open(net::Loop& loop, net::Descriptor socket,
                                                      Service& service, base::Ref<Site> site,
                                                      std::uint64_t connections,
                                                      For whom = For::kClients);
  ~Acceptor();
  Acceptor(const Acceptor&) = delete;
  Acceptor& operator=(const Acceptor&) = delete;

  // Sessions come in here.
  [[nodiscard]] Site& site() const { return *site_; }
  // Another bound for it (see open()), and what the service's options say now.
  void configure(std::uint64_t connections);
  // The service's options have changed.
  void configure() { configure(connections_); }

  bool reserve() override;
  void release() override;
  void on_shortage() override { service_.count_limit(Limit::kDescriptors); }
  void on_accept(net::StreamPtr stream, const net::SocketAddress& peer) override;
  void call() override;
  // Looks for a place, where it was called.
  void answer_call();
  // Takes what waits in the kernel's queue, whatever the bounds; before the acceptor is destroyed
  // by a graceful stop.
  void accept_rest() { listener_->accept_rest(); }

 private:
  Acceptor(Service& service, base::Ref<Site> site, std::uint64_t connections)
      : service_(service), site_(std::move(site)), connections_(connections) {}
  // Waits at no bound any more. True: it was called, and nobody has looked since.
  bool stop_waiting();

  Service& service_;
  const base::Ref<Site> site_;
  std::uint64_t connections_;
  Places* waits_at_ = nullptr;       // where it waits, or was called; null: nowhere
  std::atomic<bool> called_{false};  // and has not looked yet
  bool reserved_ = false;            // places for the next client are taken
  std::unique_ptr<net::Listener> listener_;
};

}  // namespace weir::server
