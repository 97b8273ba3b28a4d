#pragma once

#include <cstdint>
#include <memory>
#include <utility>

#include "base/list.h"
#include "base/result.h"
#include "net/descriptor.h"
#include "net/listener.h"
#include "server/h1_session.h"
#include "server/service.h"
#include "server/site.h"

namespace weir::server {

// Makes sessions of the connections that come in on one listening socket, and pauses it at
// limits.connections and at the listener's own bound. One thread.
class Acceptor final : public net::ListenerEvents, public base::ListHook<Acceptor> {
 public:
  // `connections`: of this listener and worker; 0: only limits.connections. The service outlives
  // the acceptor.
  static base::Result<std::unique_ptr<Acceptor>> open(net::Loop& loop, net::Descriptor socket,
                                                      Service& service, base::Ref<Site> site,
                                                      std::uint64_t connections);

  // Sessions come in here.
  [[nodiscard]] Site& site() const { return *site_; }
  // Another bound for it (see open()), and what the service's options say now.
  void configure(std::uint64_t connections);

  void on_accept(net::StreamPtr stream, const net::SocketAddress& peer) override;
  // A session was added, here or elsewhere: stops accepting where a bound is reached.
  void on_full();
  // A session has ended: goes on accepting where it was paused.
  void on_room();
  // Takes what waits in the kernel's queue; before the acceptor is destroyed by a graceful stop.
  void accept_rest() { listener_->accept_rest(); }

 private:
  Acceptor(Service& service, base::Ref<Site> site, std::uint64_t connections)
      : service_(service), site_(std::move(site)), connections_(connections) {}
  [[nodiscard]] bool full() const;

  Service& service_;
  const base::Ref<Site> site_;
  std::uint64_t connections_;
  bool paused_ = false;
  std::unique_ptr<net::Listener> listener_;
};

}  // namespace weir::server
