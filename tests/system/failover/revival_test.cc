#include <doctest/doctest.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <thread>

#include "system/failover/setup.h"

namespace weir::failover {

namespace {

// Clients that ask over and over, each on a connection that stays open, until they are joined.
class Load {
 public:
  Load(const std::string& address, int clients) {
    for (int i = 0; i < clients; ++i) threads_.emplace_back([this, address] { ask_all(address); });
  }
  ~Load() { join(); }
  Load(const Load&) = delete;
  Load& operator=(const Load&) = delete;

  void join() {
    ended_ = true;
    for (auto& thread : threads_) thread.join();
    threads_.clear();
  }
  [[nodiscard]] std::uint64_t well() const { return well_; }
  // What went wrong, one line each.
  [[nodiscard]] std::string problems() const {
    std::lock_guard lock(mutex_);
    return problems_;
  }

 private:
  static constexpr int kRequestsMax = 1'000'000;

  void ask_all(const std::string& address) {
    try {
      RawClient client(address);
      for (int i = 0; i < kRequestsMax && !ended_; ++i) {
        Message answer = client.get("/users/7");
        if (answer.status() == 200 && answer.complete) {
          ++well_;
        } else {
          tell(answer.start_line);
        }
      }
    } catch (const std::exception& error) {
      tell(error.what());
    }
  }
  void tell(const std::string& problem) {
    std::lock_guard lock(mutex_);
    problems_ += problem + '\n';
  }

  std::atomic<bool> ended_{false};
  std::atomic<std::uint64_t> well_{0};
  mutable std::mutex mutex_;
  std::string problems_;
  std::vector<std::thread> threads_;
};

}  // namespace

TEST_CASE("a backend is killed and revived under load, and no GET fails") {
  auto mortal = std::make_unique<BackendProcess>("mortal");
  BackendProcess other("other");
  std::string address = mortal->address();
  WeirProcess weir(config_of({address, other.address()}, {"fail_timeout: 200ms"}));
  std::string answers = of_endpoint("weir_upstream_requests_total", address);
  Load load(weir.address(), 4);
  for (int round = 0; round < 5; ++round) {
    CAPTURE(round);
    double before = weir.metric(answers);
    support::wait_until("answers of the living",
                        [&] { return weir.metric(answers) > before + 100; });
    mortal->process().kill();
    double failures = weir.metric("weir_upstream_failures_total");
    support::wait_until("a failure", [&] {
      return weir.metric("weir_upstream_failures_total") > failures ||
             weir.metric(of_endpoint("weir_upstream_endpoint_ejected", address)) == 1;
    });
    std::uint64_t well = load.well();
    support::wait_until("answers without the dead", [&] { return load.well() > well + 100; });
    mortal = std::make_unique<BackendProcess>("mortal", std::vector<std::string>{address});
  }
  double before = weir.metric(answers);
  support::wait_until("answers of the revived", [&] { return weir.metric(answers) > before; });
  load.join();
  CHECK(load.problems() == "");
  CHECK(weir.metric("weir_http_requests_total{code=\"200\"}") == static_cast<double>(load.well()));
  CHECK(weir.metric("weir_upstream_retries_total") > 0);
}

}  // namespace weir::failover
