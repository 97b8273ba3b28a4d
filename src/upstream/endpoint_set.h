#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/ref.h"
#include "net/address.h"
#include "upstream/endpoint.h"
#include "upstream/observed_pool.h"
#include "upstream/options.h"

namespace weir::upstream {

// An endpoint with what is configured of it now.
struct Member {
  base::SharedRef<Endpoint> endpoint;
  unsigned weight = 1;
  unsigned max_conns = 0;
  bool backup = false;
  bool down = false;
};

// Where a configured endpoint is: the addresses of its name, or the one that it says.
struct Resolved {
  EndpointOptions options;
  std::vector<net::SocketAddress> addresses;  // empty: the name has none (yet)
};

// All endpoints of a pool at one time, in the order of the configuration. Immutable: a change of
// names or configuration makes another set, and workers take it over whole (Pool::apply). Made by
// the control thread, held by whoever uses it.
class EndpointSet : public base::Shared {
 public:
  explicit EndpointSet(std::vector<Member> members) : members_(std::move(members)) {}

  // The set of these, in which endpoints that `before` has too (by text and address) are the same
  // objects and so keep their health, counters and connections; null: none. A name with several
  // addresses is as many endpoints, each named by its address; one that stays while its name gets a
  // second address, or loses all others, keeps the text that it had. One text twice is one
  // endpoint.
  static base::SharedRef<const EndpointSet> build(const base::SharedRef<ObservedPool>& pool,
                                                  const std::vector<Resolved>& resolved,
                                                  const EndpointSet* before);

  [[nodiscard]] const std::vector<Member>& members() const { return members_; }

 private:
  std::vector<Member> members_;
};

}  // namespace weir::upstream
