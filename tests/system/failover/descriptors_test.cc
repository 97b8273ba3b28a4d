#include <doctest/doctest.h>
#include <sys/resource.h>

#include "support/sanitizers.h"
#include "system/failover/setup.h"

namespace weir::failover {

namespace {

// While it lives the process may open nothing more; what it has stays open.
class NoDescriptors {
 public:
  explicit NoDescriptors(support::Process& process) : process_(process) {
    ::prlimit(process.pid(), RLIMIT_NOFILE, nullptr, &before_);
    // 0, 1 and 2 are open.
    rlimit lower{3, before_.rlim_max};
    REQUIRE(::prlimit(process.pid(), RLIMIT_NOFILE, &lower, nullptr) == 0);
  }
  ~NoDescriptors() { ::prlimit(process_.pid(), RLIMIT_NOFILE, &before_, nullptr); }
  NoDescriptors(const NoDescriptors&) = delete;
  NoDescriptors& operator=(const NoDescriptors&) = delete;

 private:
  support::Process& process_;
  rlimit before_{};
};

}  // namespace

TEST_CASE("no descriptor left to connect with: 503, named, and not blamed on the endpoints" *
          doctest::skip(support::kUbsan)) {
  FakeOrigin one(FakeOrigin::answering(answer_of("good")));
  FakeOrigin two(FakeOrigin::answering(answer_of("good")));
  WeirProcess weir(config_of({one.address(), two.address()},
                             {"max_fails: 1", "fail_timeout: 1h", "keepalive: {idle: 0}"}));
  RawClient client(weir.address());
  CHECK(client.get("/a").status() == 200);
  {
    NoDescriptors none(weir.process());
    for (int i = 0; i < 3; ++i) {
      Message answer = client.get("/a");
      CHECK(answer.status() == 503);
      CHECK(answer.fields.value("Retry-After") == "1");
      CHECK(answer.complete);
    }
    weir.process().wait_err_line("503: upstream 'app': nothing is left to connect to");
  }
  CHECK(weir.process().err().find("the limit of open files is reached") != std::string::npos);
  for (int i = 0; i < 4; ++i) CHECK(client.get("/a").status() == 200);
  CHECK(weir.metric("weir_upstream_failures_total{reason=\"local\"}") == 6);
  CHECK(weir.metric("weir_upstream_retries_total{reason=\"local\"}") == 3);
  CHECK(weir.metric("weir_http_requests_rejected_total{reason=\"no_descriptors\"}") == 3);
  CHECK(weir.metric("weir_upstream_endpoint_ejected") == 0);
  CHECK(one.requests().size() + two.requests().size() == 5);
}

TEST_CASE("an idle connection to another endpoint saves a request when no descriptor is left" *
          doctest::skip(support::kUbsan)) {
  FakeOrigin closing(
      FakeOrigin::answering("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n"
                            "Connection: close\r\n\r\nbye"));
  FakeOrigin staying(FakeOrigin::answering(answer_of("good")));
  WeirProcess weir(config_of({closing.address(), staying.address()}));
  RawClient client(weir.address());
  for (int i = 0; i < 2; ++i) CHECK(client.get("/a").status() == 200);
  weir.wait_metric("weir_upstream_connections{state=\"idle\"}", 1);
  NoDescriptors none(weir.process());
  for (int i = 0; i < 4; ++i) CHECK(client.get("/a").body == "good");
}

}  // namespace weir::failover
