#pragma once

#include <map>
#include <string>

#include "support/process.h"
#include "support/temp_dir.h"

namespace weir::prometheus {

// A Prometheus that scrapes one target ten times a second, as the job `weir`. Its port is the
// kernel's choice and its data go with it.
class Server {
 public:
  // Returns when it answers queries. `target`: address of an admin listener.
  explicit Server(const std::string& target);

  // The values of an instant vector by what its label `label` says; of one series without it, by
  // "". Throws when Prometheus says that the query is wrong.
  [[nodiscard]] std::map<std::string, double> ask(const std::string& query,
                                                  const std::string& label = "") const;
  // The value of the only series of the result; NaN where there is none.
  [[nodiscard]] double value(const std::string& query) const;
  // Waits until it is `value`.
  void wait_value(const std::string& query, double value) const;
  // Waits until it has scraped the target so many times.
  void wait_scrapes(int count) const;

 private:
  support::TempDir dir_;
  support::Process process_;
  std::string address_;
};

}  // namespace weir::prometheus
