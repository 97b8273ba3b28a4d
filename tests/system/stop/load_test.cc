#include <doctest/doctest.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <sstream>
#include <thread>

#include "system/stop/setup.h"

namespace weir::stop {

namespace {

// Clients that ask over and over on connections that stay open, and on a new one when one ends, as
// long as they can connect.
class Clients {
 public:
  Clients(const std::string& address, int count) {
    for (int i = 0; i < count; ++i) threads_.emplace_back([this, address] { ask_all(address); });
  }
  ~Clients() { join(); }
  Clients(const Clients&) = delete;
  Clients& operator=(const Clients&) = delete;

  void join() {
    for (auto& thread : threads_) thread.join();
    threads_.clear();
  }
  [[nodiscard]] int answers() const { return answers_; }
  [[nodiscard]] int last_answers() const { return last_answers_; }
  [[nodiscard]] int ended_between() const { return ended_between_; }
  [[nodiscard]] std::string problems() const {
    std::lock_guard lock(mutex_);
    return problems_;
  }

 private:
  void ask_all(const std::string& address) {
    try {
      while (!refuses(address)) ask_on_one(address);
    } catch (const std::exception& error) {
      std::lock_guard lock(mutex_);
      problems_ += std::string(error.what()) + '\n';
    }
  }

  void ask_on_one(const std::string& address) {
    std::unique_ptr<RawClient> client;
    try {
      client = std::make_unique<RawClient>(address);
    } catch (const std::exception&) {
      return;
    }
    for (;;) {
      if (client->try_send(get("/bytes/20000")) == 0 || !client->more()) {
        // Closed before weir had a byte of this request: between two of them.
        ++ended_between_;
        return;
      }
      Message answer = client->response();
      if (answer.status() != 200 || !answer.complete)
        throw std::runtime_error("a bad answer: " + answer.start_line);
      ++answers_;
      if (answer.fields.value("Connection") != "close") continue;
      ++last_answers_;
      if (!client->read_to_end().empty()) throw std::runtime_error("bytes behind the last answer");
      return;
    }
  }

  std::atomic<int> answers_{0};
  std::atomic<int> last_answers_{0};
  std::atomic<int> ended_between_{0};
  mutable std::mutex mutex_;
  std::string problems_;
  std::vector<std::thread> threads_;
};

}  // namespace

TEST_CASE("QUIT under load: no answer is cut, and all clients leave by themselves") {
  for (int round = 0; round < 5; ++round) {
    CAPTURE(round);
    BackendProcess backend;
    WeirProcess weir(config_to(backend.address(), "workers: 2\naccess_log: {path: access.log}\n"));
    Clients clients(weir.address(), 8);
    support::wait_until("load", [&] { return clients.answers() > 500; });
    weir.process().signal(SIGQUIT);
    CHECK(weir.process().wait() == 0);
    clients.join();
    CHECK(clients.problems() == "");
    CHECK(clients.last_answers() + clients.ended_between() >= 8);
    // Each request that weir had begun was answered: the log has no other.
    std::istringstream log(support::read_whole_file(weir.dir().path("access.log")));
    int well = 0;
    for (std::string line; std::getline(log, line);) {
      CHECK(line.find("\" 200 20000 \"") != std::string::npos);
      ++well;
    }
    CHECK(well == clients.answers());
  }
}

}  // namespace weir::stop
