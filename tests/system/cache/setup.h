#pragma once

#include <string>
#include <utility>
#include <vector>

#include "support/backend_process.h"
#include "support/curl.h"
#include "support/fake_origin.h"
#include "support/raw_client.h"
#include "support/weir_process.h"

namespace weir::caching {

using support::BackendProcess;
using support::Connection;
using support::curl;
using support::CurlResult;
using support::FakeOrigin;
using support::Message;
using support::RawClient;
using support::WeirProcess;

// Everything goes to `backend`, through a cache with these keys besides its zone.
inline std::string config(const std::string& backend, const std::string& keys = "",
                          const std::string& zone = "{memory: 64m}") {
  std::string more = keys.empty() ? "" : ", " + keys;
  return "listen: \"127.0.0.1:0\"\nupstreams: {app: [\"" + backend + "\"]}\ncache: {main: " + zone +
         "}\nroutes: [{name: all, upstream: app, cache: {zone: main" + more + "}}]\n";
}

// Answers every request by this head, which may be cached, and its target as the body; tells which
// requests had conditions by a 304.
inline FakeOrigin::Script telling(std::string fields) {
  return [fields = std::move(fields)](Connection& connection) {
    do {
      Message request = connection.request();
      if (request.fields.has("If-None-Match")) {
        connection.send("HTTP/1.1 304 Not Modified\r\n" + fields + "\r\n");
        continue;
      }
      std::string body = "this is " + request.target();
      connection.send("HTTP/1.1 200 OK\r\n" + fields +
                      "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
    } while (connection.another());
  };
}

// What a run of weir brought.
struct Run {
  int status = 0;
  std::string out;
  std::string err;
};

// `weir purge` of the zone main, by the file whose admin listener is that of `weir`.
inline Run weir_purge(WeirProcess& weir, std::vector<std::string> arguments) {
  std::string file = weir.dir().write(
      "asking.yaml",
      "listen: 0\nupstreams: {app: [\"127.0.0.1:9\"]}\ncache: {main: {}}\nadmin: \"" +
          weir.admin() + "\"\n");
  arguments.insert(arguments.begin(), {support::product_path("weir"), "purge", "-c", file, "main"});
  support::Process process(std::move(arguments));
  Run run;
  run.status = process.wait();
  run.out = process.out();
  run.err = process.err();
  return run;
}

// The API of the zone main.
inline std::string api(const WeirProcess& weir, const std::string& query = "") {
  return "http://" + weir.admin() + "/api/v1/cache/main" + query;
}

inline bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace weir::caching
