#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "support/product.h"
#include "support/temp_dir.h"

namespace weir::support {

// A running weir. Its file is `config` and what is missing there: an admin listener on a port that
// the kernel picks, `access_log: off`, and one worker. Listen on "127.0.0.1:0" and ask address().
class WeirProcess {
 public:
  // Returns when it listens. Throws when it does not, with what it said.
  explicit WeirProcess(const std::string& config, const std::vector<std::string>& environment = {});

  // Where listener `index` listens, in the order of the file.
  [[nodiscard]] const std::string& address(std::size_t index = 0) const {
    return addresses_.at(index);
  }
  [[nodiscard]] const std::string& admin() const { return admin_; }
  [[nodiscard]] std::string url(std::string_view path, std::size_t index = 0) const {
    return "http://" + address(index) + std::string(path);
  }

  // The text of /metrics.
  [[nodiscard]] std::string metrics() const;
  // The sum of all series of this name that have at least these labels:
  // metric("weir_http_requests_total{code=\"200\"}"). 0 for none. Throws where there is no such
  // name.
  [[nodiscard]] double metric(std::string_view series) const;
  // Waits until it is `value`, for what weir counts behind the answer.
  void wait_metric(std::string_view series, double value) const;

  // Puts another file (completed as the first) in the place of its own, sends HUP, and waits until
  // weir has taken it up or says that it does not; the lines that it wrote. Listeners that came
  // with it are the next ones of address().
  std::string reload(const std::string& config);

  // The process: its output, signals, memory, end.
  Product& process() { return process_; }
  // A file in the directory of the configuration; paths in the file may be relative to it.
  [[nodiscard]] const TempDir& dir() const { return dir_; }

 private:
  TempDir dir_;
  Product process_;
  std::string admin_;
  std::vector<std::string> addresses_;
};

// The sum of the series in `text` (the format of Prometheus), as WeirProcess::metric().
double sum_series(std::string_view text, std::string_view series);

}  // namespace weir::support
