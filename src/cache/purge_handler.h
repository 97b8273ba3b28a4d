#pragma once

#include <memory>
#include <string_view>

#include "cache/compiled.h"
#include "cache/store.h"
#include "http/handler.h"

namespace weir::cache {

// The method PURGE of a route, as users of nginx's and Varnish's caches know it: what is stored
// under the key of the same request as a GET is gone, all variants of it, and the answer says how
// many those were. From an address that `purge_from` does not have it is a 403. All other requests
// are the wrapped handler's. One per worker and route.
class PurgeHandler final : public http::Handler {
 public:
  // All references outlive the handler.
  PurgeHandler(std::unique_ptr<http::Handler> next, const CompiledCache& plan, Store& store)
      : next_(std::move(next)), plan_(plan), store_(store) {}

  http::WorkPtr take(http::Request& request, http::Responder& responder) override;
  void ease() override { next_->ease(); }

 private:
  std::string_view purge(const http::Request& request);

  std::unique_ptr<http::Handler> next_;
  const CompiledCache& plan_;
  Store& store_;
};

}  // namespace weir::cache
