#pragma once

#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "support/backend_process.h"
#include "support/process.h"
#include "support/product.h"
#include "support/raw_client.h"
#include "support/temp_dir.h"

namespace weir::conf {

using support::BackendProcess;
using support::RawClient;
using support::TempDir;

inline const std::string kConf = std::string(WEIR_SOURCE_DIR) + "/conf/";

// What a run of any program brought.
struct Run {
  int status = 0;
  std::string text;  // both streams
};

inline Run run(std::vector<std::string> arguments) {
  support::Process process(std::move(arguments));
  Run run;
  run.status = process.wait();
  run.text = process.out() + process.err();
  return run;
}

// There is a program of this name.
inline bool is_installed(const std::string& name) {
  return run({"sh", "-c", "command -v \"$0\"", name}).status == 0;
}

// A weir that runs by one of the files, with everything that it binds and writes in a place of its
// own.
struct Shipped {
  Shipped(const std::string& file, std::vector<std::string> environment)
      : process("weir", {"-c", kConf + file}, with_places(std::move(environment))),
        address(last_word(process.wait_err_line("weir: listening on "))) {}

  support::Message get(const std::string& path, const std::string& host = "test") {
    return RawClient(address).ask("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
  }

  TempDir dir;
  support::Product process;
  std::string address;

 private:
  std::vector<std::string> with_places(std::vector<std::string> environment) {
    environment.push_back("WEIR_LISTEN=127.0.0.1:0");
    environment.push_back("WEIR_ADMIN=unix:" + dir.path("admin.sock"));
    environment.push_back("WEIR_PID_FILE=" + dir.path("weir.pid"));
    environment.push_back("WEIR_ACCESS_LOG=" + dir.path("access.log"));
    return environment;
  }
  static std::string last_word(const std::string& line) { return line.substr(line.rfind(' ') + 1); }
};

}  // namespace weir::conf
