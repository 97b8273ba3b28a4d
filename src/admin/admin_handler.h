#pragma once

#include <memory>

#include "admin/state.h"
#include "base/free_list.h"
#include "http/handler.h"
#include "observe/metrics.h"
#include "observe/metrics_source.h"

namespace weir::admin {

class AdminWork;

// What the admin listener answers: GET and HEAD of
//   /metrics         Prometheus' text format
//   /healthz         200 while the process answers at all
//   /readyz          200 when it takes traffic; 503 before, and while it drains
//   /                a status page for people
//   /api/v1/status   the same for programs, as JSON
//   /api/v1/cache/Z  what zone Z of the cache holds; DELETE purges it (admin/cache_api.h)
// Other paths are 404, other methods 405; below /api/ with problem details (RFC 9457). On the
// control thread, which owns source and state.
class AdminHandler final : public http::Handler {
 public:
  // Both outlive the handler.
  AdminHandler(const observe::MetricsSource& source, const State& state);
  ~AdminHandler() override;
  AdminHandler(const AdminHandler&) = delete;
  AdminHandler& operator=(const AdminHandler&) = delete;

  // Works must be gone before the handler.
  http::WorkPtr take(http::Request& request, http::Responder& responder) override;

 private:
  friend class AdminWork;

  const observe::MetricsSource& source_;
  const State& state_;
  const observe::Metrics metrics_;
  base::FreeList<AdminWork> works_;
};

}  // namespace weir::admin
