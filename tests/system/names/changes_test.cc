#include <doctest/doctest.h>

#include <string>

#include "system/names/load.h"
#include "system/names/setup.h"

namespace weir::names {

TEST_CASE("a name moves to another address under load, and no request fails") {
  BackendProcess one("one");
  BackendProcess two("two", {"127.0.0.2:" + port_of(one.address())});
  DnsServer dns("app.test 127.0.0.1");
  WeirProcess weir("workers: 2\n" + resolver(dns.address()) +
                   app("\"app.test:" + port_of(one.address()) + "\""));
  Load load(weir.address(), 4);
  load.wait_answers("one", 50);
  CHECK(load.answers("two") == 0);
  dns.set("app.test 127.0.0.2");
  CHECK(contains(weir.process().wait_err_line("'app.test' is now"),
                 "[info] 'app.test' is now 127.0.0.2, no longer 127.0.0.1"));
  load.wait_answers("two", 50);
  // Those of the other worker, which hears of it by its own letter, and what was under way.
  wait_until("nobody asks the old address", [&] {
    auto before = load.answers("one");
    load.wait_answers("two", 20);
    return load.answers("one") == before;
  });
  one.process().kill();
  load.wait_answers("two", 50);
  CHECK(load.stop() == "");
  CHECK(weir.metric("weir_upstream_failures_total") == 0);
}

TEST_CASE("a request that is under way ends on the address that its name has left") {
  BackendProcess one("one");
  BackendProcess two("two", {"127.0.0.2:" + port_of(one.address())});
  DnsServer dns("app.test 127.0.0.1");
  WeirProcess weir(resolver(dns.address()) + app("\"app.test:" + port_of(one.address()) + "\""));
  RawClient client(weir.address());
  client.send("GET /drip?count=20&ms=50&size=10 HTTP/1.1\r\nHost: a\r\n\r\n");
  Message head = read_response_head(client);
  CHECK(head.status() == 200);
  dns.set("app.test 127.0.0.2");
  wait_until("the name has moved", [&] { return instance(weir) == "two"; });
  CHECK(client.read_until("0\r\n\r\n").size() > 200);
  CHECK(head.fields.value("X-Instance") == "one");
  // With its last request the old address has no connection left.
  CHECK(client.get("/").fields.value("X-Instance") == "two");
  weir.wait_metric("weir_upstream_connections{state=\"active\"}", 0);
}

TEST_CASE("all addresses of a name are used, and it may get more and fewer under load") {
  BackendProcess one("one");
  std::string port = port_of(one.address());
  BackendProcess two("two", {"127.0.0.2:" + port});
  BackendProcess three("three", {"127.0.0.3:" + port});
  DnsServer dns("app.test 127.0.0.1");
  WeirProcess weir(resolver(dns.address()) + app("\"app.test:" + port + "\""));
  Load load(weir.address(), 4);
  load.wait_answers("one", 50);
  dns.set("app.test 127.0.0.3 127.0.0.1 127.0.0.2");
  for (const char* name : {"one", "two", "three"}) load.wait_answers(name, 50);
  // One that stays keeps its connections and what was counted, and so the name that it had.
  CHECK(weir.metric("weir_upstream_requests_total{endpoint=\"app.test:" + port + "\"}") > 100);
  CHECK(weir.metric("weir_upstream_requests_total{endpoint=\"127.0.0.3:" + port + "\"}") >= 50);
  dns.set("app.test 127.0.0.2 127.0.0.3");
  weir.process().wait_err_line("is now 127.0.0.2, 127.0.0.3, no longer 127.0.0.1, 127.0.0.2");
  wait_until("nobody asks the one that left", [&] {
    auto before = load.answers("one");
    load.wait_answers("two", 20);
    return load.answers("one") == before;
  });
  one.process().kill();
  for (const char* name : {"two", "three"}) load.wait_answers(name, 50);
  CHECK(load.stop() == "");
  CHECK(weir.metric("weir_upstream_failures_total") == 0);
  CHECK(weir.metric("weir_upstream_endpoint_up") == 2);
}

TEST_CASE("the last good addresses outlive a DNS server that is gone, and a name that is no more") {
  BackendProcess one("one");
  std::string port = port_of(one.address());
  BackendProcess two("two", {"127.0.0.2:" + port});
  DnsServer dns("app.test 127.0.0.1");
  WeirProcess weir(resolver(dns.address(), "500ms") + app("\"app.test:" + port + "\""));
  Load load(weir.address(), 2);
  load.wait_answers("one", 50);
  dns.stop();
  std::string warned = weir.process().wait_err_line("cannot resolve");
  CHECK(contains(warned, "[warn] cannot resolve 'app.test': "));
  CHECK(contains(warned, dns.address()));
  CHECK(contains(warned, " ago stays in use: 127.0.0.1"));
  load.wait_answers("one", 50);
  dns.set("other.test 127.0.0.1");
  dns.start();
  weir.process().wait_err_line("no such name (NXDOMAIN)");
  load.wait_answers("one", 50);
  dns.set("app.test 127.0.0.2");
  CHECK(contains(weir.process().wait_err_line("resolves again"), " and is now 127.0.0.2"));
  load.wait_answers("two", 50);
  CHECK(load.stop() == "");
  CHECK(weir.metric("weir_dns_lookups_total{result=\"ok\"}") >= 2);
  CHECK(weir.metric("weir_dns_lookups_total{result=\"nxdomain\"}") >= 1);
  CHECK(weir.metric("weir_dns_lookups_total") >= 4);
}

}  // namespace weir::names
