#pragma once

#include <doctest/doctest.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstdint>
#include <string>

#include "support/backend_process.h"
#include "support/fake_origin.h"
#include "support/raw_client.h"
#include "support/sanitizers.h"
#include "support/weir_process.h"

namespace weir::memory {

using support::BackendProcess;
using support::FakeOrigin;
using support::Milliseconds;
using support::RawClient;
using support::WeirProcess;

// What sanitizers keep of freed memory, or shadow it by, cannot be told from what weir holds.
inline constexpr bool kUnmeasurable = support::kAsan || support::kTsan;

constexpr std::uint64_t kKilo = 1024;
constexpr std::uint64_t kMega = 1024 * kKilo;

// Resident memory of a process, that of files left out, over what it was, shared out among `count`,
// in bytes.
class Growth {
 public:
  explicit Growth(support::Process& process)
      : process_(process), before_(process.anonymous_rss()) {}
  [[nodiscard]] std::uint64_t all() const {
    return std::max(process_.anonymous_rss(), before_) - before_;
  }
  [[nodiscard]] std::uint64_t each(std::size_t count) const { return all() / count; }

 private:
  support::Process& process_;
  std::uint64_t before_;
};

// Waits until a burst is over for the allocator too, which is looked at once a second.
inline void wait_given_back(const Growth& growth) {
  auto gone = [&] { return growth.all() <= 3 * kMega; };
  CHECK_NOTHROW(support::wait_until("memory given back", gone));
  MESSAGE("resident behind the burst, over before: " << growth.all());
}

// Lets this process have as many descriptors as it may.
inline void raise_descriptor_limit() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace weir::memory
