#include <doctest/doctest.h>

#include <filesystem>

#include "system/conf/setup.h"

namespace weir::conf {

namespace {

// The file with each `from` made `to`, as somebody would edit it.
std::string edited(std::string text, const std::string& from, const std::string& to) {
  std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  for (; at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

}  // namespace

TEST_CASE("systemd understands the unit, and finds it well closed") {
  if (!is_installed("systemd-analyze")) {
    MESSAGE("no systemd-analyze here: not looked at");
    return;
  }
  TempDir dir;
  // It looks whether the programs are there.
  std::string unit =
      dir.write("weir.service", edited(support::read_whole_file(kConf + "weir.service"),
                                       "/usr/local/bin/weir", support::product_path("weir")));
  Run verified = run({"systemd-analyze", "verify", unit});
  CHECK_MESSAGE(verified.status == 0, verified.text);
  CHECK(verified.text == "");
  // Tenths of exposure, of a hundred.
  Run judged = run({"systemd-analyze", "security", "--offline=true", "--threshold=20", unit});
  CHECK_MESSAGE(judged.status == 0, judged.text);
}

TEST_CASE("logrotate rotates the access log, and weir goes on in a new one") {
  REQUIRE_MESSAGE(is_installed("logrotate"), "logrotate is missing; scripts/setup installs it");
  BackendProcess backend("one");
  std::vector<std::string> places = {"USERS_1=" + backend.address(), "USERS_2=127.0.0.1:9",
                                     "ORDERS_1=127.0.0.1:9",         "ORDERS_2=127.0.0.2:9",
                                     "PAYMENTS_1=127.0.0.1:9",       "PAYMENTS_2=127.0.0.2:9"};
  Shipped weir("gateway.yaml", places);
  std::string log = weir.dir.path("access.log");
  auto logged = [&](const std::string& path) {
    support::wait_until("the log has " + path, [&] {
      return std::filesystem::exists(log) &&
             support::read_whole_file(log).find(path) != std::string::npos;
    });
  };
  CHECK(weir.get("/users/1").status() == 200);
  logged("GET /users/1 ");

  std::string snippet = support::read_whole_file(kConf + "weir.logrotate");
  snippet = edited(snippet, "/usr/local/bin/weir -s reopen -c /etc/weir/weir.yaml",
                   "WEIR_PID_FILE=" + weir.dir.path("weir.pid") + " " +
                       support::product_path("weir") + " -s reopen -c " + kConf + "gateway.yaml");
  std::string file =
      weir.dir.write("logrotate", edited(snippet, "/var/log/weir", weir.dir.path("")));
  Run rotated = run({"logrotate", "--force", "--state", weir.dir.path("state"), file});
  CHECK_MESSAGE(rotated.status == 0, rotated.text);
  support::wait_until("a new log", [&] { return std::filesystem::exists(log); });
  CHECK(weir.get("/users/2").status() == 200);
  logged("GET /users/2 ");
  CHECK(support::read_whole_file(log).find("/users/1") == std::string::npos);
  CHECK(support::read_whole_file(log + ".1").find("GET /users/1 ") != std::string::npos);
}

}  // namespace weir::conf
