#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace weir::names {

// Clients that ask without a pause until they are stopped, each on a connection that it keeps, and
// what they saw.
class Load {
 public:
  Load(std::string address, int clients);
  ~Load();
  Load(const Load&) = delete;
  Load& operator=(const Load&) = delete;

  // How many answers a backend has given so far.
  [[nodiscard]] std::uint64_t answers(const std::string& instance) const;
  // Waits until the backend has given `count` more.
  void wait_answers(const std::string& instance, std::uint64_t count) const;
  // Stops them; what went wrong, a line for each failure.
  std::string stop();

 private:
  void ask();

  const std::string address_;
  std::atomic<bool> stopped_{false};
  mutable std::mutex mutex_;
  std::map<std::string, std::uint64_t> answers_;
  std::string failures_;
  std::vector<std::thread> clients_;
};

}  // namespace weir::names
