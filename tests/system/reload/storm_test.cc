// Reload after reload under load, with endpoints, routes and listeners that come and go: no request
// on a listener that stays may fail, and nothing may grow.
#include <doctest/doctest.h>

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "support/sanitizers.h"
#include "system/reload/setup.h"

namespace weir::reload {

namespace {

// How long, in seconds: WEIR_STORM_SECONDS.
int storm_seconds() {
  const char* text = std::getenv("WEIR_STORM_SECONDS");
  return text == nullptr ? 6 : std::atoi(text);
}

// Clients that ask over and over on connections that stay open, until they are told to stop.
class Clients {
 public:
  Clients(const std::string& address, int count) {
    for (int i = 0; i < count; ++i) {
      threads_.emplace_back([this, address, i] { run(address, i % 2 == 0); });
    }
  }
  ~Clients() { stop(); }
  Clients(const Clients&) = delete;
  Clients& operator=(const Clients&) = delete;

  void stop() {
    stopping_ = true;
    for (auto& thread : threads_) thread.join();
    threads_.clear();
  }
  [[nodiscard]] int answers() const { return answers_; }
  [[nodiscard]] std::string problems() const {
    std::lock_guard lock(mutex_);
    return problems_;
  }

 private:
  void run(const std::string& address, bool posts) {
    try {
      RawClient client(address);
      const std::string body(3000, 'x');
      while (!stopping_) {
        Message answer =
            posts ? client.ask("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3000\r\n\r\n" +
                               body)
                  : client.get("/bytes/20000");
        if (answer.status() != 200 || !answer.complete)
          throw std::runtime_error("a bad answer: " + answer.start_line);
        ++answers_;
      }
    } catch (const std::exception& error) {
      std::lock_guard lock(mutex_);
      problems_ += std::string(error.what()) + '\n';
    }
  }

  std::atomic<bool> stopping_{false};
  std::atomic<int> answers_{0};
  mutable std::mutex mutex_;
  std::string problems_;
  std::vector<std::thread> threads_;
};

// The file of round `i`: one of the endpoints is missing in turn, a route and a pool come and go,
// and so does a second listener.
std::string round_config(int i, const std::vector<std::string>& endpoints) {
  std::string text = "upstreams:\n  app: [";
  for (std::size_t e = 0; e < endpoints.size(); ++e) {
    if (static_cast<int>(e) == i % static_cast<int>(endpoints.size())) continue;
    if (!text.ends_with('[')) text += ", ";
    text += '"' + endpoints[e] + '"';
  }
  text += "]\n";
  if (i % 3 == 0) text += "  more: [\"" + endpoints[0] + "\"]\n";
  text += "routes:\n  - {name: app, upstream: app, timeout: " + std::to_string(10 + i % 7) + "s}\n";
  if (i % 3 == 0) text += "  - {name: more, path: /more/, upstream: more}\n";
  if (i % 2 == 0) text += "  - {name: fixed, path: /fixed, respond: {status: 200, body: a}}\n";
  std::vector<std::string> listen{"127.0.0.1:0"};
  if (i % 4 < 2) listen.emplace_back("127.0.0.2:0");
  return config(text, listen) + "workers: 2\nlimits: {requests_per_connection: 1000000000}\n";
}

}  // namespace

TEST_CASE("reloads under load fail no request, and neither memory nor descriptors grow") {
  BackendProcess first("one");
  BackendProcess second("two");
  BackendProcess third("three");
  std::vector<std::string> endpoints{first.address(), second.address(), third.address()};
  WeirProcess weir(round_config(0, endpoints));
  Clients clients(weir.address(), 6);
  support::wait_until("clients are served", [&] { return clients.answers() > 200; });
  auto end = support::Clock::now() + std::chrono::seconds(storm_seconds());
  int rounds = 0;
  std::uint64_t rss = 0;
  std::size_t descriptors = 0;
  while (support::Clock::now() < end) {
    int seen = clients.answers();
    std::string said = weir.reload(round_config(++rounds, endpoints));
    REQUIRE_MESSAGE(said.find("HUP: serving") != std::string::npos, said);
    // Each configuration is used: some requests are made on it before the next one comes.
    support::wait_until("requests on it", [&] {
      return clients.answers() > seen + 50 || !clients.problems().empty();
    });
    if (rounds == 12) {
      rss = weir.process().rss();
      descriptors = weir.process().open_descriptors();
    }
  }
  clients.stop();
  CHECK_MESSAGE(clients.problems().empty(), clients.problems());
  CHECK(rounds > 12);
  CHECK(weir.metric("weir_config_reloads_total{result=\"success\"}") == rounds);
  // What the rounds differ in: a listener for each worker, and connections of one endpoint.
  CHECK(weir.process().open_descriptors() <= descriptors + 24);
  bool measurable = !support::kAsan && !support::kTsan;
  if (measurable) CHECK(weir.process().rss() <= rss + (4 << 20));
  CHECK(weir.metric("weir_upstream_requests_in_flight") == 0);
  weir.process().signal(SIGQUIT);
  CHECK(weir.process().wait() == 0);
}

}  // namespace weir::reload
