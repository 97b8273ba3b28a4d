#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "upstream/pool.h"

namespace weir::sim {

// An endpoint, and what a storm knows of it because it did it.
struct Backend {
  base::SharedRef<upstream::Endpoint> endpoint;
  upstream::Health health = upstream::Health::kUp;
  std::uint32_t held = 0;     // places that leases carry, over all workers
  unsigned fails = 0;         // counted since all was forgiven
  unsigned fails_in_row = 0;  // of these, since a try went well
};

// An endpoint of a set, as configured.
struct Configured {
  std::size_t backend = 0;  // its number
  unsigned weight = 1;
  unsigned max_conns = 0;
  bool backup = false;
  bool down = false;
};

// Positions in a set, each true or not.
using Marks = std::vector<bool>;

// Whom a pool may pick.
struct Choice {
  std::vector<std::size_t> may;   // positions in the set; empty: nobody
  bool full = false;              // nobody, since all are full
  std::vector<std::size_t> best;  // of the best class: those that the balancer knows
  bool balanced = false;          // whom it may pick are of these
};

// A pool of one worker, as upstream/pool.h tells of it: what it was told last, and what follows.
// Whether an endpoint is put aside is asked of the endpoint; everything else the storm knows.
class PoolModel {
 public:
  // Outlives it.
  explicit PoolModel(const std::vector<Backend>& backends) : backends_(backends) {}

  std::vector<Configured> set;
  upstream::PoolOptions options;

  [[nodiscard]] base::SharedRef<const upstream::EndpointSet> endpoint_set() const;
  // Leases carry a place.
  [[nodiscard]] bool counts() const;
  [[nodiscard]] Choice choice(const Marks& tried, base::Stamp now) const;
  // Somebody else than those is available.
  [[nodiscard]] bool has_other(const Marks& those, base::Stamp now) const;
  // Of the class that a request without tries goes to: positions in the set.
  [[nodiscard]] std::vector<std::size_t> best(base::Stamp now) const;
  // For a failure's message.
  [[nodiscard]] std::string describe(base::Stamp now) const;
  [[nodiscard]] const Backend& backend(std::size_t position) const {
    return backends_[set[position].backend];
  }

 private:
  // How much an endpoint is trusted; it is not asked for help of less trust where there is more.
  enum class Trust : std::uint8_t { kAvailable, kAside, kDown };
  struct Standing {
    Trust trust;
    bool backup;
    bool operator==(const Standing&) const = default;
  };
  // None: it is not picked.
  [[nodiscard]] std::optional<Standing> standing(std::size_t position, base::Stamp now) const;
  [[nodiscard]] bool full(std::size_t position) const;

  const std::vector<Backend>& backends_;
};

}  // namespace weir::sim
