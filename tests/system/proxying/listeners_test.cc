#include <doctest/doctest.h>
#include <sys/stat.h>

#include "system/proxying/setup.h"

namespace weir::proxying {

TEST_CASE("IPv4, IPv6 and unix-socket listeners serve alike, and tell who asks") {
  TempDir dir;
  std::string path = dir.path("weir.sock");
  FakeOrigin origin(FakeOrigin::answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
  WeirProcess weir("listen: [\"127.0.0.2:0\", \"[::1]:0\", \"unix:" + path +
                   "\"]\nupstreams: {app: [\"" + origin.address() + "\"]}\n");
  CHECK(weir.address(0).starts_with("127.0.0.2:"));
  CHECK(weir.address(1).starts_with("[::1]:"));
  CHECK(weir.address(2) == "unix:" + path);

  CHECK(curl({weir.url("/")}).body == "ok");
  CHECK(origin.requests().back().fields.value("X-Forwarded-For") == "127.0.0.1");
  CHECK(curl({"--globoff", weir.url("/", 1)}).body == "ok");
  CHECK(origin.requests().back().fields.value("X-Forwarded-For") == "::1");
  CHECK(curl({"--unix-socket", path, "http://localhost/"}).body == "ok");
  CHECK(weir.metric("weir_http_requests_total{code=\"200\"}") == 3);
  CHECK(weir.metric("weir_connections_accepted_total{listener=\"unix:" + path + "\"}") == 1);
}

TEST_CASE("one listener on all interfaces takes IPv4 and IPv6") {
  FakeOrigin origin(FakeOrigin::answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
  WeirProcess weir("listen: \":0\"\nupstreams: {app: [\"" + origin.address() + "\"]}\n");
  std::string port = weir.address().substr(weir.address().rfind(':'));
  CHECK(RawClient("127.0.0.1" + port).get("/").body == "ok");
  CHECK(origin.requests().back().fields.value("X-Forwarded-For") == "127.0.0.1");
  CHECK(RawClient("[::1]" + port).get("/").body == "ok");
  CHECK(origin.requests().back().fields.value("X-Forwarded-For") == "::1");
}

TEST_CASE("routes of a listener take only what came in there") {
  TempDir dir;
  std::string path = dir.path("weir.sock");
  BackendProcess one("one");
  BackendProcess two("two");
  // A port is needed to name a listener: ask the kernel for two that are free.
  std::string a;
  std::string b;
  {
    support::Socket first(support::listen_on("127.0.0.1:0", a));
    support::Socket second(support::listen_on("127.0.0.1:0", b));
  }
  WeirProcess weir("listen: [\"" + a + "\", \"" + b + "\", \"unix:" + path +
                   "\"]\n"
                   "upstreams: {one: [\"" +
                   one.address() + "\"], two: [\"" + two.address() +
                   "\"]}\n"
                   "routes:\n"
                   "  - {name: first, listener: \"" +
                   a +
                   "\", upstream: one}\n"
                   "  - {name: socket, listener: \"unix:" +
                   path +
                   "\", respond: {status: 200, body: socket}}\n"
                   "  - {name: rest, path: /bytes/, upstream: two}\n");
  CHECK(curl({weir.url("/bytes/1", 0)}).field("X-Instance") == "two");
  CHECK(curl({weir.url("/", 0)}).field("X-Instance") == "one");
  CHECK(curl({weir.url("/bytes/1", 1)}).field("X-Instance") == "two");
  CHECK(curl({weir.url("/", 1)}).status() == 404);
  CHECK(curl({"--unix-socket", path, "http://a/"}).body == "socket");
  CHECK(weir.metric("weir_http_requests_total{route=\"first\"}") == 1);
  CHECK(weir.metric("weir_http_requests_total{route=\"rest\"}") == 2);
  CHECK(weir.metric("weir_http_requests_total{route=\"none\",code=\"404\"}") == 1);
}

TEST_CASE("a backend behind a unix socket, and one on IPv6") {
  TempDir dir;
  std::string path = dir.path("backend.sock");
  BackendProcess backend("both", {"unix:" + path, "[::1]:0"});
  WeirProcess weir("listen: \"127.0.0.1:0\"\nupstreams: {app: [\"unix:" + path + "\", \"" +
                   backend.address(1) + "\"]}\n");
  for (int i = 0; i < 4; ++i) {
    CurlResult result = curl({weir.url("/bytes/1000")});
    CHECK(result.status() == 200);
    CHECK(result.body.size() == 1000);
  }
  CHECK(weir.metric("weir_upstream_requests_total{endpoint=\"unix:" + path + "\"}") == 2);
  CHECK(weir.metric("weir_upstream_requests_total{endpoint=\"" + backend.address(1) + "\"}") == 2);
}

TEST_CASE("a unix socket is gone with its weir, and one left over by a crash is taken over") {
  TempDir dir;
  std::string path = dir.path("weir.sock");
  std::string config = "listen: \"unix:" + path + "\"\nupstreams: {app: [\"127.0.0.1:1\"]}\n";
  struct stat status {};
  {
    WeirProcess weir(config);
    CHECK(::stat(path.c_str(), &status) == 0);
    weir.process().kill();
    CHECK(::stat(path.c_str(), &status) == 0);
  }
  WeirProcess weir(config);
  CHECK(RawClient("unix:" + path).get("/").status() == 502);
}

}  // namespace weir::proxying
