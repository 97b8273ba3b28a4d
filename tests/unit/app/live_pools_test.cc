#include "app/live_pools.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "config/load.h"
#include "net/mailbox.h"
#include "support/dns_server.h"

namespace weir::app {

namespace {

using support::DnsServer;
using Texts = std::vector<std::string>;

// A file whose names are looked up again each 100 ms.
config::Config config_of(const DnsServer& dns, const std::string& upstreams) {
  config::Loaded loaded = config::load_text(
      "weir.yaml", "listen: 8080\nresolver: {servers: [\"" + dns.address() +
                       "\"], ttl_min: 100ms, ttl_max: 100ms, timeout: 500ms}\n" + "upstreams: {" +
                       upstreams + "}\nroutes: [{respond: {status: 200}}]\n");
  REQUIRE_MESSAGE(loaded.config, loaded.errors);
  return std::move(*loaded.config);
}

// The control thread of a process of one worker, with its error log in a pipe.
class Control final : public LivePoolsEvents {
 public:
  Control() = default;
  ~Control() {
    for (int descriptor : log_) ::close(descriptor);
  }
  Control(const Control&) = delete;
  Control& operator=(const Control&) = delete;

  void on_endpoints(const SharedPool& pool) override { changed.push_back(pool.options.name); }
  void on_names_settled() override { ++settled; }

  // Runs the loop until holds(); false when that took too long.
  bool until(const std::function<bool()>& holds) {
    auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!holds()) {
      if (std::chrono::steady_clock::now() > give_up) return false;
      loop_.run_once();
    }
    return true;
  }
  void serve(config::Config config) {
    pools.look_up(config);
    CHECK(until([&] { return pools.settled(); }));
    auto built = pools.build(config.upstreams, 1);
    auto snapshot = Snapshot::build(std::move(config), std::move(built), 1, nullptr);
    REQUIRE(snapshot);
    pools.serve(*snapshot.value());
  }
  // The endpoints of the pool at this place.
  [[nodiscard]] Texts endpoints(std::size_t index = 0) const {
    Texts all;
    for (const auto& member : pools.all().at(index).set->members()) {
      const auto& at = member.endpoint->socket_address();
      all.push_back(net::to_text({net::ip_text(at), net::port_of(at), false}));
    }
    return all;
  }
  // What the error log says that was not read yet.
  [[nodiscard]] std::string said() const {
    std::array<char, 4096> bytes{};
    ssize_t got = ::read(log_[0], bytes.data(), bytes.size());
    return got <= 0 ? "" : std::string(bytes.data(), static_cast<std::size_t>(got));
  }

 private:
  static std::array<int, 2> make_pipe() {
    std::array<int, 2> ends{};
    REQUIRE(::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) == 0);
    return ends;
  }

  const std::array<int, 2> log_ = make_pipe();
  net::Loop loop_;
  net::Mailbox alive_{loop_};

 public:
  observe::ErrorLog errors{log_[1]};
  LivePools pools{loop_, errors, *this};
  Texts changed;
  int settled = 0;
};

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("pools are built of what their names stand for, and the first answers are no news") {
  DnsServer dns("app.test 127.0.0.1 127.0.0.2");
  Control control;
  control.serve(config_of(dns, "a: [\"app.test:80\"], b: [\"10.0.0.1:81\", \"app.test:82\"]"));
  CHECK(control.settled == 1);
  CHECK(control.endpoints(0) == Texts{"127.0.0.1:80", "127.0.0.2:80"});
  CHECK(control.endpoints(1) == Texts{"10.0.0.1:81", "127.0.0.1:82", "127.0.0.2:82"});
  CHECK(control.changed.empty());
  CHECK(control.said().empty());
}

TEST_CASE("each pool of a name that moves has other endpoints, and keeps those that stay") {
  DnsServer dns("app.test 127.0.0.1 127.0.0.2, other.test 127.0.0.3");
  Control control;
  control.serve(
      config_of(dns, "a: [\"app.test:80\"], b: [\"other.test:81\"], c: [\"app.test:82\"]"));
  auto before = control.pools.all();
  dns.set("app.test 127.0.0.2 127.0.0.4, other.test 127.0.0.3");
  CHECK(control.until([&] { return !control.changed.empty(); }));
  CHECK(control.changed == Texts{"a", "c"});
  CHECK(control.endpoints(0) == Texts{"127.0.0.2:80", "127.0.0.4:80"});
  CHECK(control.endpoints(2) == Texts{"127.0.0.2:82", "127.0.0.4:82"});
  const auto& after = control.pools.all();
  CHECK(after[0].set->members()[0].endpoint.get() == before[0].set->members()[1].endpoint.get());
  CHECK(after[0].observed.get() == before[0].observed.get());
  CHECK(after[1].set.get() == before[1].set.get());
  CHECK(contains(control.said(),
                 "[info] 'app.test' is now 127.0.0.2, 127.0.0.4, no longer 127.0.0.1, 127.0.0.2"));
}

TEST_CASE("a name that does not resolve is a warning, and its pool is empty until it does") {
  DnsServer dns("other.test 127.0.0.3");
  Control control;
  control.serve(config_of(dns, "a: [\"app.test:80\"], b: [\"other.test:81\"]"));
  CHECK(control.endpoints(0).empty());
  CHECK(control.endpoints(1) == Texts{"127.0.0.3:81"});
  CHECK(contains(control.said(), "[warn] cannot resolve 'app.test': no such name (NXDOMAIN); "));
  dns.set("app.test 127.0.0.1, other.test 127.0.0.3");
  CHECK(control.until([&] { return !control.changed.empty(); }));
  CHECK(control.endpoints(0) == Texts{"127.0.0.1:80"});
  CHECK(contains(control.said(), "[info] 'app.test' resolves: 127.0.0.1"));
}

TEST_CASE("a name that is answered while its pool waits to be served has its endpoints then") {
  DnsServer dns("other.test 127.0.0.3");
  Control control;
  auto config = config_of(dns, "a: [\"app.test:80\"], b: [\"other.test:81\"]");
  control.pools.look_up(config);
  CHECK(control.until([&] { return control.pools.settled(); }));
  auto built = control.pools.build(config.upstreams, 1);
  CHECK(built[0].set->members().empty());
  dns.set("app.test 127.0.0.1, other.test 127.0.0.3");
  CHECK(control.until([&] { return contains(control.said(), "'app.test' resolves: 127.0.0.1"); }));
  CHECK(control.changed.empty());
  auto snapshot = Snapshot::build(std::move(config), built, 1, nullptr);
  REQUIRE(snapshot);
  control.pools.serve(*snapshot.value());
  CHECK(control.changed == Texts{"a"});
  CHECK(control.endpoints(0) == Texts{"127.0.0.1:80"});
  CHECK(control.pools.all()[1].set.get() == built[1].set.get());
}

TEST_CASE("what is observed of pools and endpoints goes on in those of another configuration") {
  DnsServer dns("app.test 127.0.0.1, new.test 127.0.0.2");
  Control control;
  control.serve(config_of(dns, "a: [\"app.test:80\"], b: [\"10.0.0.1:81\"]"));
  auto before = control.pools.all();
  control.serve(config_of(dns, "c: [\"new.test:83\"], a: [\"new.test:80\", \"app.test:80\"]"));
  const auto& after = control.pools.all();
  REQUIRE(after.size() == 2);
  CHECK(control.endpoints(1) == Texts{"127.0.0.2:80", "127.0.0.1:80"});
  CHECK(after[1].observed.get() == before[0].observed.get());
  CHECK(after[1].set->members()[1].endpoint.get() == before[0].set->members()[0].endpoint.get());
}

TEST_CASE("names of a configuration that is not served after all are forgotten") {
  DnsServer dns("app.test 127.0.0.1");
  DnsServer other("app.test 127.0.0.2, new.test 127.0.0.3");
  Control control;
  control.serve(config_of(dns, "a: [\"app.test:80\"]"));
  auto next = config_of(other, "a: [\"new.test:80\"]");
  control.pools.look_up(next);
  CHECK_FALSE(control.pools.settled());
  control.pools.look_up_served();
  CHECK(control.pools.settled());
  CHECK(control.pools.build(next.upstreams, 1)[0].set->members().empty());
  dns.set("app.test 127.0.0.9");
  CHECK(control.until([&] { return !control.changed.empty(); }));
  CHECK(control.endpoints() == Texts{"127.0.0.9:80"});
}

}  // namespace weir::app
