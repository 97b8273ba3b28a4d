#include <doctest/doctest.h>
#include <signal.h>

#include <chrono>

#include "support/patience.h"
#include "support/raw_client.h"
#include "system/command_line/setup.h"

namespace weir::command_line {

namespace {

constexpr const char* kGood = "listen: \"127.0.0.1:0\"\nupstreams: {app: [\"127.0.0.1:9\"]}\n";

}  // namespace

TEST_CASE("check says that a good file is well, in every spelling") {
  TempDir dir;
  std::string file = dir.write("weir.yaml", kGood);
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"check", "-c", file}, {"-c", file, "check"}, {"-t", "-c", file}}) {
    Run run = weir(arguments);
    CHECK(run.status == kWell);
    CHECK(run.out.starts_with(file + ": ok"));
    CHECK(run.err == "");
  }
}

TEST_CASE("a bad file is 3 with file, line, column, the line and a caret, whatever is asked") {
  TempDir dir;
  std::string file = dir.write("bad.yaml",
                               "listen: 8080\n"
                               "upstreams:\n"
                               "  api:\n"
                               "    endpoints: [\"127.0.0.1:9\"]\n"
                               "    max_fail: 3\n"
                               "timeouts: {linger: 5}\n"
                               "routes: [{path: /, upstream: apy}]\n");
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"check", "-c", file}, {"-t", "-c", file}, {"-c", file}}) {
    Run run = weir(arguments);
    CHECK(run.status == kBadConfig);
    CHECK(run.out == "");
    CHECK(run.err ==
          file +
              ":5:5: error: unknown key 'max_fail' in upstream 'api'\n"
              "    5 |     max_fail: 3\n"
              "      |     ^~~~~~~~ did you mean 'max_fails'?\n" +
              file +
              ":6:20: error: 'linger' wants a duration such as 250ms, 10s or 5m; '5' has "
              "no unit\n"
              "    6 | timeouts: {linger: 5}\n"
              "      |                    ^\n" +
              file +
              ":7:30: error: upstream 'apy' is not defined\n"
              "    7 | routes: [{path: /, upstream: apy}]\n"
              "      |                              ^~~ did you mean 'api' (line 3)?\n"
              "3 errors\n");
  }
}

TEST_CASE("a file that is missing or is none is 3, and says what to do") {
  TempDir dir;
  Run missing = weir({"-c", dir.path("missing.yaml")});
  CHECK(missing.status == kBadConfig);
  CHECK(has(missing.err, dir.path("missing.yaml") + ": error: there is no such file"));
  CHECK(has(missing.err, "-c FILE"));
  Run folder = weir({"check", "-c", dir.path("")});
  CHECK(folder.status == kBadConfig);
  CHECK(has(folder.err, "this is a directory"));
}

TEST_CASE("without -c the file is conf/weir.yaml, and without that weir says so") {
  TempDir dir;
  auto in_dir = [&](const std::string& more) {
    return std::vector<std::string>{"sh", "-c", "cd \"$0\" && exec \"$1\" " + more, dir.path(""),
                                    product_path("weir")};
  };
  support::Process missing(in_dir(""));
  CHECK(missing.wait() == kBadConfig);
  CHECK(missing.err() ==
        "conf/weir.yaml: error: there is no such file; name the configuration with -c FILE\n"
        "1 error\n");

  support::Process make({"mkdir", dir.path("conf")});
  CHECK(make.wait() == 0);
  dir.write("conf/weir.yaml", kGood);
  support::Process serving(in_dir(""));
  std::string line = serving.wait_err_line("weir: listening on ");
  support::RawClient client(line.substr(line.rfind(' ') + 1));
  CHECK(client.get("/").status() == 502);
  serving.signal(SIGTERM);
  CHECK(serving.wait() == kWell);
}

TEST_CASE("check --print shows the whole configuration, which is one, in every spelling") {
  TempDir dir;
  std::string file = dir.write("weir.yaml", kGood);
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"check", "--print", "-c", file}, {"-T", "-c", file}}) {
    Run run = weir(arguments);
    CHECK(run.status == kWell);
    CHECK(has(run.out, "\n  client_header: 10s"));
    CHECK(has(run.out, "# " + file + ":2\n"));
    CHECK(run.err == "");
    Run again = weir({"check", "-c", dir.write("whole.yaml", run.out)});
    CHECK(again.status == kWell);
    CHECK(again.err == "");
  }
  Run bad = weir({"-T", "-c", dir.write("bad.yaml", "listen: 80\n")});
  CHECK(bad.status == kBadConfig);
  CHECK(bad.out == "");
}

TEST_CASE("schema prints the grammar, as JSON Schema or as tables") {
  Run run = weir({"schema"});
  CHECK(run.status == kWell);
  CHECK(run.out.starts_with("{\n  \"$schema\": "));
  CHECK(run.err == "");
  run = weir({"schema", "--markdown"});
  CHECK(run.status == kWell);
  CHECK(has(run.out, "## `routes[]`\n"));
}

TEST_CASE("the demo's file is well") {
  Run run = weir({"check", "-c", std::string(WEIR_SOURCE_DIR) + "/conf/demo.yaml"});
  CHECK(run.status == kWell);
  CHECK(run.err == "");
}

TEST_CASE("check starts nothing: it is well also while the port is in use") {
  TempDir dir;
  std::string bound;
  int descriptor = support::listen_on("127.0.0.1:0", bound);
  support::Socket holder(descriptor);
  std::string file =
      dir.write("weir.yaml", "listen: \"" + bound + "\"\nupstreams: {app: [\"127.0.0.1:9\"]}\n");
  CHECK(weir({"check", "-c", file}).status == kWell);
}

}  // namespace weir::command_line
