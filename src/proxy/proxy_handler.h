#pragma once

#include <memory>
#include <random>

#include "base/free_list.h"
#include "http/handler.h"
#include "http/head_limits.h"
#include "net/turn.h"
#include "net/wheel.h"
#include "proxy/kept_body.h"
#include "proxy/options.h"
#include "upstream/pool.h"

namespace weir::proxy {

class ProxyWork;

// Answers exchanges by forwarding them to a pool. One per worker, route and generation; outlives
// its works. One thread.
class ProxyHandler final : public http::Handler {
 public:
  // `pool_options` are those that the pool was configured by when the handler was made. A reload
  // changes the pool's; an exchange goes on by those that it began with. `answers` bounds the heads
  // of backends' answers. All references must outlive the handler.
  ProxyHandler(upstream::Pool& pool, const upstream::PoolOptions& pool_options,
               ProxyOptions options, net::Turns& turns, net::Wheel& wheel,
               const http::HeadLimits& answers);
  ~ProxyHandler() override;

  http::WorkPtr take(http::Request& request, http::Responder& responder) override;
  void ease() override;

  // What its works share.
  [[nodiscard]] upstream::Pool& pool() { return pool_; }
  [[nodiscard]] const upstream::PoolOptions& pool_options() const { return pool_options_; }
  [[nodiscard]] const ProxyOptions& options() const { return options_; }
  [[nodiscard]] net::Turns& turns() { return turns_; }
  [[nodiscard]] net::Wheel& wheel() { return wheel_; }
  [[nodiscard]] const http::HeadLimits& answers() const { return answers_; }
  [[nodiscard]] KeptBodies& kept_bodies() { return kept_bodies_; }

  // How long a later retry waits: the pool's backoff, half of it more or less.
  base::Duration backoff();
  // Takes a work back that has ended.
  void recycle(std::unique_ptr<ProxyWork> work);

 private:
  static constexpr std::size_t kKeep = 256;

  upstream::Pool& pool_;
  const upstream::PoolOptions& pool_options_;
  ProxyOptions options_;
  net::Turns& turns_;
  net::Wheel& wheel_;
  const http::HeadLimits answers_;
  std::minstd_rand random_;
  KeptBodies kept_bodies_;
  base::FreeList<ProxyWork> free_;
};

}  // namespace weir::proxy
