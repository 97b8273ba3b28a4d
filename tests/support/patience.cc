#include "support/patience.h"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <thread>

namespace weir::support {

int left(Clock::time_point deadline) {
  auto rest = std::chrono::ceil<Milliseconds>(deadline - Clock::now());
  return static_cast<int>(std::max<Milliseconds::rep>(0, rest.count()));
}

void wait_until(std::string_view what, const std::function<bool()>& holds, Milliseconds patience) {
  auto deadline = Clock::now() + patience;
  while (!holds()) {
    if (Clock::now() >= deadline) throw std::runtime_error("waited in vain: " + std::string(what));
    std::this_thread::sleep_for(Milliseconds(1));
  }
}

}  // namespace weir::support
