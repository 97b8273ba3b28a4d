#include <doctest/doctest.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>

#include "system/user/setup.h"

namespace weir::user {

namespace {

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

// Everything of weir's that has a path is in `dir`.
std::string config_in(const TempDir& dir, const std::string& body) {
  return config(body,
                "user: nobody\nworkers: 2\npid_file: " + dir.path("weir.pid") +
                    "\naccess_log: {path: " + dir.path("access.log") + ", flush: 5ms}\n",
                "\"127.0.0.1:0\", \"unix:" + dir.path("s") + "\"");
}

void rotate(WeirProcess& weir, const TempDir& dir) {
  std::filesystem::rename(dir.path("access.log"), dir.path("access.log.1"));
  weir.process().signal(SIGUSR1);
}

void wait_for_line(const std::string& log, std::string_view part) {
  support::wait_until("a line of the log", [&] {
    return std::filesystem::exists(log) && contains(support::read_whole_file(log), part);
  });
}

}  // namespace

TEST_CASE("started by root, weir is the user and the user's group in all threads, and no more") {
  if (!root()) return;
  TempDir dir;
  WeirProcess weir(config_in(dir, "one"));
  CHECK(RawClient(weir.address()).get("/").body == "one");
  CHECK(RawClient(weir.address(1)).get("/").body == "one");
  // Control, log, two workers.
  auto users = of_threads(weir.process().pid(), "Uid");
  CHECK(users.size() >= 4);
  std::string uid = nobody_uid();
  std::string gid = nobody_gid();
  for (const auto& user : users) CHECK(user == uid + '\t' + uid + '\t' + uid + '\t' + uid);
  for (const auto& group : of_threads(weir.process().pid(), "Gid"))
    CHECK(group == gid + '\t' + gid + '\t' + gid + '\t' + gid);
  for (const auto& groups : of_threads(weir.process().pid(), "Groups"))
    CHECK(groups.find_first_not_of(' ') == std::string::npos);
  for (const auto& capabilities : of_threads(weir.process().pid(), "CapPrm"))
    CHECK(capabilities.find_first_not_of('0') == std::string::npos);
}

TEST_CASE("in a directory of the user's, a reload, new logs and a stop go as ever") {
  if (!root()) return;
  TempDir dir;
  give_to_nobody(dir.path(""));
  WeirProcess weir(config_in(dir, "one"));
  open_to_all(weir.dir().path(""));
  CHECK(contains(weir.reload(config_in(dir, "two") + "trusted_proxies: []\n"), "HUP: serving"));
  CHECK(RawClient(weir.address()).get("/").body == "two");
  rotate(weir, dir);
  support::wait_until("the new log",
                      [&] { return std::filesystem::exists(dir.path("access.log")); });
  CHECK(RawClient(weir.address()).get("/rotated").body == "two");
  wait_for_line(dir.path("access.log"), "/rotated");
  CHECK(weir.process().stop() == 0);
  CHECK(!std::filesystem::exists(dir.path("weir.pid")));
  CHECK(!std::filesystem::exists(dir.path("s")));
  CHECK(!contains(weir.process().err(), "cannot remove"));
}

TEST_CASE("in a directory of root's, weir says what it cannot do, and does the rest") {
  if (!root()) return;
  TempDir dir;
  open_to_all(dir.path(""));
  WeirProcess weir(config_in(dir, "one"));
  weir.process().wait_err_line("[warn] user 'nobody' may not read " + weir.dir().path("weir.yaml") +
                               ": a reload will fail");
  // The log is the user's, the pid file is not: who writes to it says whom `weir stop` signals.
  CHECK(owner_of(dir.path("access.log")) == nobody_uid());
  CHECK(owner_of(dir.path("weir.pid")) == "0");
  rotate(weir, dir);
  weir.process().wait_err_line("cannot reopen the log");
  CHECK(RawClient(weir.address()).get("/on").body == "one");
  wait_for_line(dir.path("access.log.1"), "/on");
  // As logrotate's `create` does it.
  dir.write("access.log", "");
  give_to_nobody(dir.path("access.log"));
  weir.process().signal(SIGUSR1);
  support::wait_until("lines in the new log", [&] {
    RawClient(weir.address()).get("/new");
    return contains(support::read_whole_file(dir.path("access.log")), "/new");
  });
  CHECK(weir.process().stop() == 0);
  CHECK(contains(weir.process().err(), "weir: cannot remove " + dir.path("s") + ": "));
  CHECK(contains(weir.process().err(), "[warn] cannot remove pid_file " + dir.path("weir.pid")));
  CHECK(support::read_whole_file(dir.path("weir.pid")).empty());
  // What was left is in nobody's way.
  WeirProcess next(config_in(dir, "next"));
  CHECK(RawClient(next.address(1)).get("/").body == "next");
}

TEST_CASE("a log that was there stays whose it is, and weir says where it cannot open it anew") {
  if (!root()) return;
  TempDir dir;
  open_to_all(dir.path(""));
  dir.write("access.log", "before\n");
  WeirProcess weir(config_in(dir, "one"));
  weir.process().wait_err_line("may not write to " + dir.path("access.log"));
  CHECK(owner_of(dir.path("access.log")) == "0");
  CHECK(RawClient(weir.address()).get("/there").body == "one");
  wait_for_line(dir.path("access.log"), "/there");
}

TEST_CASE("a reload cannot do what takes root, and says so; another user takes a restart") {
  if (!root()) return;
  TempDir dir;
  WeirProcess weir(config("one", "user: nobody\n"));
  open_to_all(weir.dir().path(""));
  if (std::ifstream("/proc/sys/net/ipv4/ip_unprivileged_port_start").peek() != '0') {
    weir.reload(config("two", "user: nobody\n", "\"127.0.0.1:0\", \"127.0.0.1:1\""));
    weir.process().wait_err_line("cannot listen on 127.0.0.1:1: permission denied");
    weir.process().wait_err_line("weir is user 'nobody' now: what takes root");
    CHECK(RawClient(weir.address()).get("/").body == "one");
  }
  std::string said = weir.reload(config("two", "user: root\n"));
  CHECK(contains(said, "[warn] HUP: a changed 'user' is taken up by a restart only"));
  CHECK(RawClient(weir.address()).get("/").body == "two");
  said = weir.reload(config("three", "user: nobody\n"));
  CHECK(!contains(said, "[warn]"));
}

TEST_CASE("started by somebody else, weir warns that the key takes root, and serves") {
  TempDir dir;
  open_to_all(dir.path(""));
  std::string file = dir.write("weir.yaml", config("one", "user: root\naccess_log: off\n"));
  std::vector<std::string> command = {support::product_path("weir"), "-c", file};
  if (::geteuid() == 0) {
    const std::vector<std::string> as_nobody = {"setpriv", "--reuid=" + nobody_uid(),
                                                "--regid=" + nobody_gid(), "--clear-groups"};
    auto with = [&](std::vector<std::string> rest) {
      rest.insert(rest.begin(), as_nobody.begin(), as_nobody.end());
      return rest;
    };
    if (Process(with({"test", "-x", command.front()})).wait() != 0) {
      MESSAGE("not looked at: nobody may not run " << command.front());
      return;
    }
    command = with(command);
  }
  Process weir(command);
  std::string listening = weir.wait_err_line("weir: listening on ");
  weir.wait_err_line("[warn] 'user' (root) takes effect only where root starts weir");
  CHECK(RawClient(listening.substr(listening.rfind(' ') + 1)).get("/").body == "one");
  weir.signal(SIGTERM);
  CHECK(weir.wait() == 0);
}

}  // namespace weir::user
