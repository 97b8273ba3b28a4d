#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace weir::support {

// Clients that ask GET `path` over and over until they are joined, each on a connection that stays
// open until weir says that it closes it. What is not a whole 200 is a problem, and so is a
// connection that ends otherwise.
class Load {
 public:
  Load(const std::string& address, int clients, const std::string& path = "/users/7");
  ~Load() { join(); }
  Load(const Load&) = delete;
  Load& operator=(const Load&) = delete;

  void join();
  // Answers that were well.
  [[nodiscard]] std::uint64_t well() const { return well_; }
  // What went wrong, one line each.
  [[nodiscard]] std::string problems() const;

 private:
  void ask_all(const std::string& address, const std::string& path);
  void tell(const std::string& problem);

  std::atomic<bool> ended_{false};
  std::atomic<std::uint64_t> well_{0};
  mutable std::mutex mutex_;
  std::string problems_;
  std::vector<std::thread> threads_;
};

}  // namespace weir::support
