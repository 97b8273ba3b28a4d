#include <doctest/doctest.h>

#include <sstream>

#include "support/process.h"
#include "system/access_log/setup.h"

namespace weir::access_log {

namespace {

// What an independent reader makes of the lines of a file: of each line these fields, as JSON,
// behind blanks. It fails on a line that is not UTF-8 or not an object of these fields.
std::vector<std::string> read_json(const std::string& path, const std::string& fields) {
  const char* script =
      "import json, sys\n"
      "for line in open(sys.argv[1], 'rb').read().split(b'\\n')[:-1]:\n"
      "    r = json.loads(line.decode('utf-8'))\n"
      "    assert len(r) == 28 and isinstance(r['msec'], float), r\n"
      "    print(*[json.dumps(r[f]) for f in sys.argv[2].split()])\n";
  support::Process python({"python3", "-c", script, path, fields});
  int exit = python.wait();
  INFO(python.err());
  CHECK(exit == 0);
  std::vector<std::string> lines;
  std::istringstream in(python.out());
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::string get(const std::string& path, const std::string& fields = "") {
  return "GET " + path + " HTTP/1.1\r\nHost: Shop\r\n" + fields + "\r\n";
}

}  // namespace

TEST_CASE("JSON lines are read by another reader of JSON, whatever clients send") {
  BackendProcess backend;
  RefusingPort refusing;
  WeirProcess weir(
      "listen: \"127.0.0.1:0\"\n"
      "upstreams: {app: [\"" +
      refusing.address() + "\", \"" + backend.address() +
      "\"]}\n"
      "routes:\n  - {name: all, path: /bytes/, upstream: app}\n"
      "access_log: {path: access.log, format: json, flush: 5ms}\n");
  std::string path = weir.dir().path("access.log");
  RawClient client(weir.address());
  const std::vector<std::string> agents = {"plain", "\"quo\\ted\"", "caf\xC3\xA9 \xE2\x82\xAC",
                                           "\xFF\xC3( tab\there", "</script>{}[]"};
  for (const auto& agent : agents) {
    CHECK(client.ask(get("/bytes/7?password=a&b=c", "User-Agent: " + agent + "\r\n")).status() ==
          200);
  }
  CHECK(client.get("/nowhere").status() == 404);
  wait_lines(path, agents.size() + 1);

  CHECK(read_json(path, "http_user_agent") ==
        std::vector<std::string>{"\"plain\"", "\"\\\"quo\\\\ted\\\"\"", "\"caf\\u00e9 \\u20ac\"",
                                 "\"\\u00ff\\u00c3( tab\\there\"", "\"</script>{}[]\"", "null"});
  auto lines = read_json(path,
                         "status route upstream body_bytes_sent request_uri host scheme "
                         "remote_addr remote_user reason");
  CHECK(lines.front() ==
        "200 \"all\" \"app\" 7 \"/bytes/7?password=***&b=c\" \"shop\" \"http\" \"127.0.0.1\" null "
        "null");
  CHECK(lines.back().starts_with("404 \"none\" null "));
  CHECK(lines.back().ends_with(" \"no_route\""));
  // Both endpoints were tried for the first, be it first the one that refuses or not.
  std::string tried = read_json(path, "tries upstream_addr upstream_status").at(0);
  std::string both = "2 [\"" + refusing.address() + "\", \"" + backend.address() + "\"] [502, 200]";
  CHECK((tried == both || tried == "1 [\"" + backend.address() + "\"] [200]"));
  CHECK(read_json(path, "tries upstream_addr upstream_connect_time").back() == "0 [] []");
}

TEST_CASE("a template's line is what it says, with each try of the exchange") {
  BackendProcess backend;
  RefusingPort refusing;
  std::string refused = refusing.address();
  WeirProcess weir(
      "listen: \"127.0.0.1:0\"\n"
      "upstreams: {app: {endpoints: [\"" +
      refused + "\", {address: \"" + backend.address() +
      "\", backup: on}], max_fails: 0}}\n"
      "access_log:\n  path: access.log\n  flush: 5ms\n"
      "  format: '$server_addr:$server_port [$status] $upstream_addr|$upstream_status|"
      "$upstream_connect_time|$upstream_response_time|$sent_http_via|$sent_http_x_request_id=$"
      "request_id|$upstream_bytes_received'\n");
  RawClient client(weir.address());
  CHECK(client.get("/bytes/3").status() == 200);
  CHECK(client.get("/bytes/3").status() == 200);
  auto lines = wait_lines(weir.dir().path("access.log"), 2);
  for (const auto& line : lines) {
    INFO(line);
    CHECK(line.starts_with(weir.address() + " [200] " + refused + ", " + backend.address() +
                           "|502, 200|-, 0.0"));
    CHECK(line.find("|1.1 weir|") != std::string::npos);
    auto id = line.substr(line.find("|1.1 weir|") + 10);
    CHECK(id.substr(0, 32) == id.substr(33, 32));
    CHECK(id.substr(65, 4) == "|0, ");
  }
}

TEST_CASE("a request that was never parsed has a line of dashes") {
  BackendProcess backend;
  WeirProcess weir(config_of(backend.address(),
                             "path: access.log, flush: 5ms, format: '$remote_addr \"$request\" "
                             "$status $route $uri $upstream_addr $reason'"));
  RawClient(weir.address()).ask("BROKEN\r\n\r\n");
  CHECK(wait_lines(weir.dir().path("access.log"), 1).at(0) ==
        "127.0.0.1 \"-\" 400 none - - bad_request");
}

TEST_CASE("secrets are in no line of either log that does not ask for them by name") {
  RefusingPort refusing;
  std::string config = "routes: [{path: /a, upstream: app}]\n";
  std::string request =
      "GET /a?token=HIDDEN1&b=SHOWN HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer HIDDEN2\r\n"
      "Cookie: session=HIDDEN3\r\nReferer: http://u:HIDDEN4@a/?sig=HIDDEN5\r\n\r\n";
  for (std::string format : {"combined", "json", "'$request $request_uri $args $http_referer'"}) {
    WeirProcess weir(
        config_of(refusing.address(), "path: access.log, flush: 5ms, format: " + format, config));
    CHECK(RawClient(weir.address()).ask(request).status() == 502);
    auto line = wait_lines(weir.dir().path("access.log"), 1).at(0);
    CHECK(line.find("b=SHOWN") != std::string::npos);
    CHECK(line.find("HIDDEN") == std::string::npos);
    CHECK(weir.process().wait_err_line("502: ").find("token=***&b=SHOWN") != std::string::npos);
    CHECK(weir.process().err().find("HIDDEN") == std::string::npos);
  }
  WeirProcess weir(config_of(refusing.address(),
                             "path: access.log, flush: 5ms, format: '$arg_token "
                             "$http_authorization $cookie_session'",
                             config));
  CHECK(RawClient(weir.address()).ask(request).status() == 502);
  CHECK(wait_lines(weir.dir().path("access.log"), 1).at(0) == "HIDDEN1 Bearer HIDDEN2 HIDDEN3");
}

TEST_CASE("a reload changes the format, and each line has one or the other") {
  BackendProcess backend;
  auto config = [&](const std::string& format) {
    return config_of(backend.address(), "path: access.log, flush: 5ms, format: " + format);
  };
  WeirProcess weir(config("'one $status'"));
  RawClient client(weir.address());
  CHECK(client.get("/bytes/1").status() == 200);
  weir.reload(config("'two $status'"));
  CHECK(client.get("/bytes/1").status() == 200);
  CHECK(wait_lines(weir.dir().path("access.log"), 2) ==
        std::vector<std::string>{"one 200", "two 200"});
}

}  // namespace weir::access_log
