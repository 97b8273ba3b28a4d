#include <doctest/doctest.h>

#include "system/command_line/setup.h"

namespace weir::command_line {

TEST_CASE("the version, in every spelling") {
  for (const char* word : {"-v", "-V", "--version", "version"}) {
    CAPTURE(word);
    Run run = weir({word});
    CHECK(run.status == kWell);
    CHECK(run.out.starts_with("weir "));
    CHECK(run.out.find_first_of("0123456789") == 5);
    CHECK(run.out.find('\n') == run.out.size() - 1);
    CHECK(run.err == "");
  }
}

TEST_CASE("help says what there is, with examples, signals and exit statuses") {
  for (const char* word : {"-h", "--help"}) {
    CAPTURE(word);
    Run run = weir({word});
    CHECK(run.status == kWell);
    for (const char* part : {"-c,--config", "conf/weir.yaml", "check", "version", "stop", "drain",
                             "Examples:", "QUIT", "Exit: 0 well"}) {
      CAPTURE(part);
      CHECK(has(run.out, part));
    }
    CHECK(run.err == "");
  }
  CHECK(weir({"check", "--help"}).status == kWell);
}

TEST_CASE("wrong usage is 2, says what is wrong, and where help is") {
  const std::vector<std::vector<std::string>> wrong = {
      {"--bogus"}, {"bogus"}, {"check", "extra"}, {"-c"}, {"-s", "dance"}, {"check", "stop"}};
  for (const auto& arguments : wrong) {
    CAPTURE(arguments.front());
    Run run = weir(arguments);
    CHECK(run.status == kUsage);
    CHECK(run.err.size() > 40);
    CHECK(has(run.err, "--help"));
    CHECK(run.out == "");
  }
}

TEST_CASE("a wrong signal is told with those that there are") {
  Run run = weir({"-s", "dance"});
  for (const char* word : {"dance", "stop", "quit", "reopen"}) CHECK(has(run.err, word));
  CHECK_FALSE(has(run.err, "15"));
}

TEST_CASE("a signal without a pid_file names the key to add") {
  TempDir dir;
  std::string file = dir.write("weir.yaml", "listen: 0\nupstreams: {app: [\"127.0.0.1:9\"]}\n");
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"stop"}, {"drain"}, {"-s", "reopen"}}) {
    auto arguments = words;
    arguments.insert(arguments.end(), {"-c", file});
    Run run = weir(arguments);
    CHECK(run.status == kFailed);
    CHECK(has(run.err, "has no pid_file: add 'pid_file:"));
  }
}

TEST_CASE("a signal to a weir that does not run is told") {
  TempDir dir;
  std::string file = dir.write(
      "weir.yaml", "listen: 0\nupstreams: {app: [\"127.0.0.1:9\"]}\npid_file: weir.pid\n");
  Run run = weir({"stop", "-c", file});
  CHECK(run.status == kFailed);
  CHECK(has(run.err, "no weir runs by "));
  dir.write("weir.pid", "4194304999\n");
  // No pid, and as one of 32 bits a group of processes.
  run = weir({"stop", "-c", file});
  CHECK(run.status == kFailed);
  CHECK(has(run.err, "no weir runs by "));
}

}  // namespace weir::command_line
