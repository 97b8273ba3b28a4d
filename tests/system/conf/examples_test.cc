#include <doctest/doctest.h>

#include <filesystem>

#include "system/conf/setup.h"

namespace weir::conf {

TEST_CASE("weir check finds every file of conf/ right") {
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kConf)) {
    if (entry.path().extension() != ".yaml") continue;
    CAPTURE(entry.path().string());
    Run checked = run({support::product_path("weir"), "check", "-c", entry.path().string()});
    CHECK(checked.text.find(": ok (") != std::string::npos);
    CHECK(checked.status == 0);
    ++files;
  }
  CHECK(files >= 4);
}

TEST_CASE("the minimal file sends everything to its endpoints in turns") {
  BackendProcess one("one");
  BackendProcess two("two");
  Shipped weir("minimal.yaml", {"APP_1=" + one.address(), "APP_2=" + two.address()});
  std::string first = weir.get("/users/1").fields.value("X-Instance");
  std::string second = weir.get("/users/1").fields.value("X-Instance");
  CHECK(first != second);
}

TEST_CASE("the gateway sends each path to its service, and does without a dead instance") {
  std::vector<std::string> environment;
  BackendProcess users("users");
  BackendProcess orders("orders");
  BackendProcess payments("payments");
  BackendProcess spare("spare");
  Shipped weir("gateway.yaml",
               {"USERS_1=" + users.address(), "USERS_2=" + spare.address(),
                "ORDERS_1=" + orders.address(), "ORDERS_2=" + spare.address(),
                "PAYMENTS_1=" + payments.address(), "PAYMENTS_2=" + spare.address()});
  spare.process().kill();
  for (const char* service : {"users", "orders", "payments"}) {
    CAPTURE(service);
    for (int i = 0; i < 4; ++i) {
      auto answer = weir.get("/" + std::string(service) + "/7");
      CHECK(answer.status() == 200);
      CHECK(answer.fields.value("X-Instance") == service);
    }
  }
  CHECK(weir.get("/healthz").body == "ok\n");
  CHECK(weir.get("/else").status() == 404);
}

TEST_CASE("the shop's pages come from the cache, but not for who is logged in") {
  BackendProcess one("one");
  BackendProcess two("two");
  Shipped weir("cache.yaml", {"SHOP_1=" + one.address(), "SHOP_2=" + two.address()});
  for (const char* path : {"/users/7", "/orders/7"}) CHECK(weir.get(path).status() == 200);
  CHECK(weir.get("/users/7").fields.value("Cache-Status").starts_with("weir; hit"));
  CHECK(weir.get("/orders/7").fields.value("Cache-Status").empty());
}

TEST_CASE("the redirects go where the file says") {
  Shipped weir("static-redirects.yaml", {});
  auto moved = weir.get("/a/b?c=d", "shop.old.example.com");
  CHECK(moved.status() == 308);
  CHECK(moved.fields.value("Location") == "https://www.example.com/a/b?c=d");
  auto page = weir.get("/contact.html");
  CHECK(page.status() == 301);
  CHECK(page.fields.value("Location") == "https://www.example.com/about/contact");
  CHECK(weir.get("/blog/17").fields.value("Location") == "https://blog.example.com/blog/17");
  CHECK(weir.get("/x?y", "example.com").fields.value("Location") == "https://example.com/x?y");
  CHECK(weir.get("/robots.txt").body == "User-agent: *\nDisallow: /private/\n");
  CHECK(weir.get("/private/a").status() == 403);
  CHECK(weir.get("/shop/a").status() == 410);
}

}  // namespace weir::conf
