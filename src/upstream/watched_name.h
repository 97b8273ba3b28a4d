#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "net/address.h"
#include "net/resolver.h"

namespace weir::upstream {

// What an answer about a name has changed.
struct NameChange {
  bool addresses = false;  // they are others than `before`
  bool failed = false;     // there was none: the first one, or for another reason than the last
  bool recovered = false;  // there was one, behind some that failed
  std::vector<net::SocketAddress> before;  // where `addresses`
  base::Stamp failing_since = 0;           // where `recovered`
};

// A name of endpoints: the addresses that it had last, which outlive any outage, and when to ask
// for them again. Decides and does nothing: no socket, no clock, no random of its own. One thread.
class WatchedName {
 public:
  // The longest pause behind a failure.
  static constexpr base::Duration kRetryMax{30'000};

  explicit WatchedName(std::string name) : name_(std::move(name)) {}

  [[nodiscard]] const std::string& name() const { return name_; }
  // The last good ones, in the resolver's order, port 0; empty: none yet.
  [[nodiscard]] const std::vector<net::SocketAddress>& addresses() const { return addresses_; }
  // When they were last said to be so; kNever: not yet.
  [[nodiscard]] base::Stamp good_at() const { return good_at_; }
  // Why the last look-up brought none; empty: it did, or there was none yet.
  [[nodiscard]] const std::string& error() const { return error_; }
  // It was answered once, well or not.
  [[nodiscard]] bool answered() const { return good_at_ != base::kNever || !error_.empty(); }

  // Takes in how a look-up ended, at `now`.
  NameChange take(net::LookupAnswer answer, base::Stamp now);
  // How long to wait before the next look-up: the addresses' TTL; behind failures `retry_min`, then
  // twice as long each time. 80 to 100 % of that, by `spread` (0 to 1), so that names do not come
  // all at once.
  [[nodiscard]] base::Duration pause(base::Duration retry_min, double spread) const;

 private:
  std::string name_;
  std::vector<net::SocketAddress> addresses_;
  base::Duration ttl_{};
  base::Stamp good_at_ = base::kNever;
  base::Stamp failing_since_ = 0;
  unsigned failures_ = 0;  // in a row
  std::string error_;
};

}  // namespace weir::upstream
