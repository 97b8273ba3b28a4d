#include <doctest/doctest.h>

#include <csignal>
#include <string>

#include "system/names/load.h"
#include "system/names/setup.h"

namespace weir::names {

namespace {

std::string two_upstreams(const std::string& here, const std::string& there) {
  return "listen: \"127.0.0.1:0\"\nupstreams: {here: [\"" + here + "\"], there: [\"" + there +
         "\"]}\nroutes: [{path: /there/, upstream: there}, {upstream: here}]\n";
}

}  // namespace

TEST_CASE("the first request finds the endpoints of a name") {
  BackendProcess one("one");
  DnsServer dns("app.test 127.0.0.1");
  for (int i = 0; i < 5; ++i) {
    WeirProcess weir(resolver(dns.address()) + app("\"app.test:" + port_of(one.address()) + "\""));
    CHECK(instance(weir) == "one");
    CHECK(weir.metric("weir_upstream_requests_total{endpoint=\"app.test:" + port_of(one.address()) +
                      "\"}") == 1);
  }
}

TEST_CASE("a name that does not resolve is a warning; the rest serves; it is served when it does") {
  BackendProcess one("one");
  DnsServer dns("other.test 127.0.0.1");
  WeirProcess weir(resolver(dns.address()) +
                   two_upstreams(one.address(), "app.test:" + port_of(one.address())));
  CHECK(contains(weir.process().err(),
                 "[warn] cannot resolve 'app.test': no such name (NXDOMAIN); it has no endpoints"));
  CHECK(instance(weir) == "one");
  Message refused = RawClient(weir.address()).get("/there/users/1");
  CHECK(refused.status() == 503);
  CHECK(refused.fields.value("Retry-After") != "");
  dns.set("app.test 127.0.0.1");
  CHECK(contains(weir.process().wait_err_line("'app.test' resolves"),
                 "[info] 'app.test' resolves: 127.0.0.1"));
  wait_until("the name is served", [&] { return instance(weir, "/there/") != "503"; });
}

TEST_CASE("a DNS server that does not answer holds a start for a moment, and the rest serves") {
  BackendProcess one("one");
  SilentDns dns;
  auto began = support::Clock::now();
  WeirProcess weir(resolver(dns.address(), "20s") +
                   two_upstreams(one.address(), "app.test:" + port_of(one.address())));
  CHECK(support::Clock::now() - began < support::Milliseconds(10'000));
  CHECK(instance(weir) == "one");
  CHECK(instance(weir, "/there/") == "503");
  CHECK(weir.metric("weir_dns_lookups_total") == 0);
}

TEST_CASE("a signal ends a start that waits for names") {
  for (int number : {SIGTERM, SIGQUIT}) {
    SilentDns dns;
    support::TempDir dir;
    support::Product weir(
        "weir", {"-c", dir.write("weir.yaml", "admin: \"127.0.0.1:0\"\n" + resolver(dns.address()) +
                                                  app("\"app.test:80\""))});
    wait_until("it asks", [&] { return dns.questions() > 0; });
    weir.signal(number);
    CHECK(weir.wait() == 0);
  }
}

TEST_CASE("names of /etc/hosts need no DNS server") {
  BackendProcess one("one");
  SilentDns dns;
  WeirProcess weir(resolver(dns.address()) + app("\"localhost:" + port_of(one.address()) + "\""));
  CHECK(instance(weir) == "one");
  CHECK(dns.questions() == 0);
}

TEST_CASE("a reload finds the endpoints of a new name before it serves them") {
  BackendProcess one("one");
  BackendProcess two("two");
  DnsServer dns("one.test 127.0.0.1, two.test 127.0.0.1");
  std::string begin = "workers: 2\n" + resolver(dns.address());
  WeirProcess weir(begin + app("\"one.test:" + port_of(one.address()) + "\""));
  Load load(weir.address(), 4);
  load.wait_answers("one", 50);
  weir.reload(begin + app("\"two.test:" + port_of(two.address()) + "\""));
  load.wait_answers("two", 50);
  CHECK(load.stop() == "");
  CHECK(weir.metric("weir_config_generation") == 2);
}

TEST_CASE("a reload does not wait for ever for a name that does not resolve") {
  BackendProcess one("one");
  SilentDns silent;
  DnsServer dns("one.test 127.0.0.1");
  std::string endpoint = "\"one.test:" + port_of(one.address()) + "\"";
  WeirProcess weir(resolver(dns.address()) + app(endpoint));
  CHECK(instance(weir) == "one");
  weir.reload(resolver(dns.address()) + app(endpoint));
  weir.reload(resolver(silent.address(), "300ms") + app(endpoint + ", \"new.test:1\""));
  wait_until("the new name is given up", [&] {
    return contains(weir.process().err(), "cannot resolve 'new.test': no answer in 300 ms");
  });
  weir.wait_metric("weir_config_generation", 3);
  // What was known of the name that stays is still served.
  CHECK(instance(weir) == "one");
  weir.reload(resolver(dns.address()) + app(endpoint));
  CHECK(instance(weir) == "one");
}

TEST_CASE("a reload that fails behind its names leaves the resolver as it was") {
  BackendProcess one("one");
  DnsServer dns("one.test 127.0.0.1");
  DnsServer other("one.test 127.0.0.1, two.test 127.0.0.1");
  std::string begin = app("\"one.test:" + port_of(one.address()) + "\"");
  WeirProcess weir(resolver(dns.address()) + begin);
  WeirProcess busy(begin);
  std::string taken = "listen: [\"" + busy.address() + "\"]\nupstreams: {app: [\"two.test:80\"]}\n";
  weir.reload(resolver(other.address()) + taken);
  CHECK(weir.metric("weir_config_generation") == 1);
  other.stop();
  dns.set("one.test 127.0.0.9");
  weir.process().wait_err_line("'one.test' is now 127.0.0.9");
}

}  // namespace weir::names
