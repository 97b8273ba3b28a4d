#include "support/load.h"

#include <exception>
#include <memory>

#include "support/message.h"
#include "support/raw_client.h"

namespace weir::support {

namespace {
constexpr int kRequestsMax = 1'000'000;
}

Load::Load(const std::string& address, int clients, const std::string& path) {
  for (int i = 0; i < clients; ++i)
    threads_.emplace_back([this, address, path] { ask_all(address, path); });
}

void Load::join() {
  ended_ = true;
  for (auto& thread : threads_) thread.join();
  threads_.clear();
}

std::string Load::problems() const {
  std::lock_guard lock(mutex_);
  return problems_;
}

void Load::ask_all(const std::string& address, const std::string& path) {
  try {
    auto client = std::make_unique<RawClient>(address);
    for (int i = 0; i < kRequestsMax && !ended_; ++i) {
      Message answer = client->get(path);
      if (answer.status() == 200 && answer.complete) {
        ++well_;
      } else {
        tell(answer.start_line);
      }
      // limits.requests_per_connection
      if (answer.fields.value("Connection") == "close")
        client = std::make_unique<RawClient>(address);
    }
  } catch (const std::exception& error) {
    tell(error.what());
  }
}

void Load::tell(const std::string& problem) {
  std::lock_guard lock(mutex_);
  problems_ += problem + '\n';
}

}  // namespace weir::support
