#pragma once

#include <memory>
#include <optional>

#include "admin/admin_handler.h"
#include "app/counters.h"
#include "app/socket_file.h"
#include "base/result.h"
#include "net/address.h"
#include "net/loop.h"
#include "observe/metrics_source.h"
#include "routing/router.h"
#include "server/acceptor.h"
#include "server/service.h"

namespace weir::app {

// The admin listener: one more service with one route, on the control thread. Destroying it closes
// what is open on it.
class AdminListener {
 public:
  // Binds and serves; says so on standard error. Source and state outlive it.
  static base::Result<std::unique_ptr<AdminListener>> open(net::Loop& loop,
                                                           const net::Address& address,
                                                           const server::Timeouts& timeouts,
                                                           const observe::MetricsSource& source,
                                                           const admin::State& state);
  ~AdminListener();
  AdminListener(const AdminListener&) = delete;
  AdminListener& operator=(const AdminListener&) = delete;

 private:
  AdminListener(net::Loop& loop, const server::Timeouts& timeouts,
                const observe::MetricsSource& source, const admin::State& state);
  base::Ref<const server::ServiceOptions> options(const server::Timeouts& timeouts);

  net::Loop& loop_;
  std::optional<SocketFile> file_;
  Counters counters_;
  server::RouteStats route_;
  server::RouteStats no_route_;
  std::unique_ptr<routing::Router> router_;
  admin::AdminHandler handler_;
  server::Service service_;
  std::unique_ptr<server::Acceptor> acceptor_;
};

}  // namespace weir::app
