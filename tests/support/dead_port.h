#pragma once

#include <string>
#include <vector>

namespace weir::support {

// An address on which connections are refused: its port is bound, so that nobody else gets it, and
// nobody listens.
class RefusingPort {
 public:
  RefusingPort();
  ~RefusingPort();
  RefusingPort(const RefusingPort&) = delete;
  RefusingPort& operator=(const RefusingPort&) = delete;

  [[nodiscard]] const std::string& address() const { return address_; }

 private:
  int descriptor_;
  std::string address_;
};

// An address on which connecting never ends: its queue of connections is full and nobody accepts
// any, so that the kernel drops the SYNs of others.
class SilentPort {
 public:
  SilentPort();
  ~SilentPort();
  SilentPort(const SilentPort&) = delete;
  SilentPort& operator=(const SilentPort&) = delete;

  [[nodiscard]] const std::string& address() const { return address_; }

 private:
  std::string address_;
  std::vector<int> descriptors_;
};

}  // namespace weir::support
