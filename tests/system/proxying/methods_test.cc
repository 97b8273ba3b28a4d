#include <doctest/doctest.h>

#include "system/proxying/setup.h"

namespace weir::proxying {

namespace {

const char* const kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

std::string request(const std::string& method, const std::string& target) {
  return method + " " + target + " HTTP/1.1\r\nHost: a.example\r\n\r\n";
}

}  // namespace

TEST_CASE("any method that is a token reaches the backend as it is") {
  Staged staged(FakeOrigin::answering(kOk));
  RawClient client(staged.weir.address());
  for (std::string method : {"GET", "PUT", "DELETE", "PATCH", "OPTIONS", "QUERY", "PROPFIND", "get",
                             "M-SEARCH", "X!#$%&'*+-.^_`|~9", "PURGE", "FOO"}) {
    CAPTURE(method);
    CHECK(client.ask(request(method, "/a?b=c")).status() == 200);
    CHECK(staged.origin.requests().back().start_line == method + " /a?b=c HTTP/1.1");
  }
  CHECK(staged.origin.connections() == 1);
}

TEST_CASE("QUERY takes a body, in both framings") {
  Staged staged(FakeOrigin::answering(kOk));
  CurlResult length = curl({"-X", "QUERY", "--data", "select *", staged.weir.url("/search")});
  CHECK(length.status() == 200);
  CHECK(staged.origin.requests().back().method() == "QUERY");
  CHECK(staged.origin.requests().back().body == "select *");
  CurlResult chunked = curl({"-X", "QUERY", "-H", "Transfer-Encoding: chunked", "--data",
                             "select *", staged.weir.url("/search")});
  CHECK(chunked.status() == 200);
  CHECK(staged.origin.requests().back().body == "select *");
}

TEST_CASE("the answer to a method that looks like HEAD has its body") {
  Staged staged(FakeOrigin::answering(kOk));
  RawClient client(staged.weir.address());
  CHECK(client.ask(request("HEADER", "/")).body == "ok");
  CHECK(client.ask(request("head", "/")).body == "ok");
}

TEST_CASE("a target in absolute form decides on the host and goes on in origin form") {
  Staged staged(FakeOrigin::answering(kOk));
  RawClient client(staged.weir.address());
  CHECK(
      client.ask("GET http://B.example:81/x/y?z=1 HTTP/1.1\r\nHost: a.example\r\n\r\n").status() ==
      200);
  Message seen = staged.origin.requests().back();
  CHECK(seen.target() == "/x/y?z=1");
  CHECK(seen.fields.value("Host") == "B.example:81");
  // Without a path, the path is "/".
  CHECK(client.ask("GET http://b.example?q HTTP/1.1\r\nHost: b.example\r\n\r\n").status() == 200);
  CHECK(staged.origin.requests().back().target() == "/?q");
}

TEST_CASE("OPTIONS * goes on as it is") {
  Staged staged(FakeOrigin::answering(kOk));
  RawClient client(staged.weir.address());
  CHECK(client.ask(request("OPTIONS", "*")).status() == 200);
  CHECK(staged.origin.requests().back().start_line == "OPTIONS * HTTP/1.1");
}

TEST_CASE("TRACE and CONNECT never reach a backend") {
  Staged staged(FakeOrigin::answering(kOk));
  RawClient trace(staged.weir.address());
  Message refused = trace.ask(request("TRACE", "/"));
  CHECK(refused.status() == 405);
  CHECK(refused.fields.has("Allow"));
  RawClient connect(staged.weir.address());
  CHECK(connect.ask("CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n\r\n").status() ==
        501);
  CHECK(staged.origin.connections() == 0);
}

TEST_CASE("the path goes on byte for byte, unless it has dot segments") {
  Staged staged(FakeOrigin::answering(kOk));
  RawClient client(staged.weir.address());
  auto seen = [&](const std::string& target) {
    CHECK(client.ask(request("GET", target)).status() == 200);
    return staged.origin.requests().back().target();
  };
  CHECK(seen("/a%20b/%7euser//c?d=%2F") == "/a%20b/%7euser//c?d=%2F");
  CHECK(seen("/a/../b/./c?x=../y") == "/b/c?x=../y");
  CHECK(seen("/a/%2e%2e/b") == "/b");
  CHECK(seen("/a%2Fb") == "/a%2Fb");
}

}  // namespace weir::proxying
