#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/list.h"
#include "net/address.h"
#include "net/wheel.h"

namespace weir::net {

class Lookup;
class Loop;

// How names become addresses. CONFIG.md `resolver:`.
struct ResolverOptions {
  // Whom to ask, by IP and port, the next one when one fails. Empty: as /etc/resolv.conf says, read
  // anew at each look-up, with its search list; those named here are asked for names as they stand.
  std::vector<SocketAddress> servers;
  base::Duration timeout{5'000};  // of a whole look-up, with all it sends again; over 0
  // What is made of the time that an answer may be used for.
  base::Duration ttl_min{1'000};
  base::Duration ttl_max{300'000};

  bool operator==(const ResolverOptions&) const = default;
};

// How a look-up ended.
enum class LookupResult : std::uint8_t {
  kOk,
  kNone,     // no such name (NXDOMAIN), or one without addresses (NODATA)
  kTimeout,  // no answer in time
  kError,    // an answer that is none: SERVFAIL, REFUSED, malformed; or no server there
};

// What a name stands for.
struct LookupAnswer {
  LookupResult result = LookupResult::kError;
  // All of them, IPv4 before IPv6, each kind by number, none twice; port 0. Empty unless kOk.
  std::vector<SocketAddress> addresses;
  base::Duration ttl{};  // how long they may be used, between ttl_min and ttl_max
  std::string error;     // why there are none, in words that follow "cannot resolve 'name': "
};

// Hears how a look-up ended.
class LookupEvents {
 public:
  // Once, inside a turn of the loop, never inside the call that made the look-up. May destroy it.
  virtual void on_lookup(Lookup& lookup, LookupAnswer answer) = 0;

 protected:
  ~LookupEvents() = default;
};

// Turns names into addresses without blocking: /etc/hosts first, then DNS (A and AAAA at once), by
// c-ares. Keeps no answer: who wants one again asks again. Outlives its look-ups. One thread, its
// loop's.
class Resolver {
 public:
  // Look-ups under way at once; the others wait for their turn.
  static constexpr std::size_t kRunningMax = 64;
  // Of more addresses of one name, the first so many are used.
  static constexpr std::size_t kAddressesMax = 1024;

  Resolver(Loop& loop, ResolverOptions options);
  ~Resolver();
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  [[nodiscard]] const ResolverOptions& options() const { return options_; }

 private:
  friend class Lookup;
  void give_place();

  Loop& loop_;
  const ResolverOptions options_;
  base::List<Lookup> waiting_;
  std::size_t running_ = 0;
};

// One name being looked up, from construction on. Destroying it cancels. What /etc/hosts says has
// no TTL and is taken for 10 s, so that an edit is seen soon. A server that answers for one kind of
// address only has said what there is when time is up. One thread, its resolver's.
class Lookup final : public base::ListHook<Lookup>, private DeadlineEvents {
 public:
  // Copies the name. `events` outlives the look-up.
  Lookup(Resolver& resolver, std::string name, LookupEvents& events);
  ~Lookup();
  Lookup(const Lookup&) = delete;
  Lookup& operator=(const Lookup&) = delete;

  [[nodiscard]] const std::string& name() const { return name_; }

 private:
  friend class Resolver;
  class Query;
  void begin();
  void on_deadline(Deadline& deadline) override;

  Resolver& resolver_;
  const std::string name_;
  LookupEvents& events_;
  Deadline limit_;   // when it is late; or, with the answer there, when to tell it
  Deadline resend_;  // when c-ares wants to be called
  std::unique_ptr<Query> query_;
};

}  // namespace weir::net
