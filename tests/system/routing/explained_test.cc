#include <doctest/doctest.h>

#include "support/process.h"
#include "support/product.h"
#include "support/temp_dir.h"
#include "system/routing/setup.h"

namespace weir::routing {

namespace {

const std::string kRoutes =
    "routes:\n" + named("orders", "host: shop.example.com, path: /orders/") +
    named("beta", "host: shop.example.com, path: /orders/, headers: {X-Beta: \"1\"}") +
    named("writes", "host: shop.example.com, path: = /w, method: [PUT, POST]") +
    named("rest", "host: \"*.example.com\", path: /");

// What `weir explain` says, by its lines.
struct Explained {
  Explained(const std::string& config, std::vector<std::string> arguments) {
    std::string file = dir.write("weir.yaml", config);
    arguments.insert(arguments.begin(), {support::product_path("weir"), "explain", "-c", file});
    support::Process process(std::move(arguments));
    status = process.wait();
    out = process.out();
    err = process.err();
  }
  support::TempDir dir;
  int status = 0;
  std::string out;
  std::string err;
};

}  // namespace

TEST_CASE("the log line of a 404 names the nearest route and what it failed on") {
  WeirProcess weir("listen: \"127.0.0.1:0\"\nroutes:\n" +
                   named("orders",
                         "host: shop.example.com, path: /orders/, headers: {X-Beta: "
                         "\"1\"}") +
                   named("writes", "host: shop.example.com, path: = /w, method: [PUT, POST]"));
  auto line = [&](const std::string& target, const std::string& host) {
    CurlResult result = curl({"-H", "Host: " + host, weir.url(target)});
    CHECK(result.status() >= 404);
    return weir.process().wait_err_line(": no route: ");
  };
  CHECK(line("/orders/7", "shop.example.com")
            .find("404: no route: nearest 'orders' failed on headers X-Beta: 1, client: 127.0.0.1, "
                  "request: \"GET /orders/7\", host: \"shop.example.com\"") != std::string::npos);
  CHECK(line("/order", "shop.example.com")
            .find("404: no route: none for this host takes the path \"/order\"; nearest 'orders' "
                  "takes /orders/") != std::string::npos);
  CHECK(line("/orders/7", "example.com")
            .find("404: no route: none is for this host; nearest 'orders' is for "
                  "shop.example.com") != std::string::npos);
  CHECK(line("/w", "shop.example.com")
            .find("405: no route: nearest 'writes' failed on method POST, "
                  "PUT") != std::string::npos);
}

TEST_CASE("explain says which route takes a request, and why the others do not") {
  Explained taken("listen: [80, 8443]\n" + kRoutes,
                  {"GET https://Shop.example.com:8443/orders/7?a=b"});
  CHECK(taken.status == 0);
  CHECK(taken.err == "");
  CHECK(taken.out ==
        "GET https://Shop.example.com:8443/orders/7?a=b, from 127.0.0.1 by listener :8443\n"
        "route 'orders' (host shop.example.com, path /orders/) takes it: respond 200\n"
        "  'beta' (host shop.example.com, path /orders/) failed on headers X-Beta: 1\n"
        "  'rest' (host *.example.com, path /) comes after it\n"
        "  'writes' (host shop.example.com, path = /w) is for other paths\n");
  Explained beta("listen: 80\n" + kRoutes,
                 {"http://shop.example.com/orders/7", "-H", "x-beta: 1", "-H", "A: b"});
  CHECK(beta.out.find("\nroute 'beta' (") != std::string::npos);
  CHECK(beta.out.find("\n  'orders' (host shop.example.com, path /orders/) comes after it\n") !=
        std::string::npos);
}

TEST_CASE("explain says what is answered where no route takes the request") {
  std::string config =
      "listen: 80\nupstreams: {app: [\"127.0.0.1:9\"]}\nroutes:\n"
      "  - {name: app, path: /app/, client: 10.0.0.0/8, split: [{upstream: app, weight: 3}]}\n" +
      named("reads", "path: /r, method: GET");
  Explained none(config, {"GET /app/x"});
  CHECK(none.status == 0);
  CHECK(none.out ==
        "GET /app/x, from 127.0.0.1 by listener :80\n"
        "no route takes it: 404\n"
        "  'app' (path /app/) failed on client 10.0.0.0/8\n"
        "  'reads' (path /r) is for other paths\n");
  Explained split(config, {"GET /app/x", "--client", "10.1.2.3"});
  CHECK(split.out.find("route 'app' (path /app/) takes it: split: 'app' 3\n") != std::string::npos);
  Explained slash(config, {"GET http://a/app", "--client", "10.1.2.3"});
  CHECK(slash.out.find("route 'app' (path /app/) answers it: 301 to the path with its slash\n") !=
        std::string::npos);
  Explained refused(config, {"POST http://a/r"});
  CHECK(refused.out.find("no route takes it by this method: 405, Allow: GET, HEAD\n") !=
        std::string::npos);
}

TEST_CASE("explain refuses what is no request, and a broken file, as other verbs do") {
  std::string config = "listen: 80\n" + kRoutes;
  CHECK(Explained(config, {}).status == 2);
  Explained path(config, {"GET http://a/%zz"});
  CHECK(path.status == 2);
  CHECK(path.err == "weir: no route is asked: such a request is refused with 400 (bad_path)\n");
  CHECK(Explained(config, {"GET a.example"}).status == 2);
  CHECK(Explained(config, {"GET http://a/", "--listener", "81"}).status == 2);
  CHECK(Explained(config, {"GET http://a/", "--client", "me"}).status == 2);
  CHECK(Explained(config, {"GET http://a/", "-H", "a: b\r\nc: d"}).status == 2);
  CHECK(Explained("listn: 80\n", {"GET http://a/"}).status == 3);
}

}  // namespace weir::routing
