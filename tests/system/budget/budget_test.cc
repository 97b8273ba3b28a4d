// The instruction budget: what a request costs in user space, counted by callgrind, which counts
// alike on every machine.
#include <doctest/doctest.h>

#include <csignal>
#include <fstream>
#include <map>
#include <sstream>
#include <string>

#include "support/backend_process.h"
#include "support/process.h"
#include "support/product.h"
#include "support/raw_client.h"
#include "support/temp_dir.h"

namespace weir::budget {
namespace {

using support::Process;

constexpr int kFew = 1000;
constexpr int kMany = 2000;
constexpr double kAllowed = 1.02;
constexpr support::Milliseconds kSlow{120'000};

// glibc picks its string functions by processor: pinned to those that every x86-64 has.
constexpr const char* kPinned =
    "GLIBC_TUNABLES=glibc.cpu.hwcaps=-AVX2,-AVX,-AVX512F,-AVX512VL,-AVX512BW,-ERMS,-FSRM,-BMI1,-"
    "BMI2,-LZCNT,-MOVBE,"
    "-SSE4_2,-SSE4_1,-SSSE3,-RTM";

std::map<std::string, double> recorded_budget() {
  std::map<std::string, double> budget;
  std::ifstream in(std::string(WEIR_SOURCE_DIR) + "/tests/system/budget/budget.txt");
  std::string line;
  while (std::getline(in, line)) {
    std::istringstream words(line);
    std::string name;
    double count = 0;
    if (line.front() != '#' && words >> name >> count) budget[name] = count;
  }
  return budget;
}

// The sum that callgrind writes at the program's end.
double counted(const std::string& file) {
  std::ifstream in(file);
  std::string word;
  double count = 0;
  while (in >> word) {
    if (word == "totals:" || word == "summary:") in >> count;
  }
  return count;
}

// Instructions of a weir that answers `requests` GETs of `path`, from its start to its end.
double run(const std::string& backend, const std::string& path, unsigned status, int requests) {
  support::TempDir dir;
  std::string config = dir.write("weir.yaml",
                                 "workers: 1\nlisten: \"127.0.0.1:0\"\naccess_log: off\n"
                                 "limits: {connections: 100}\n"
                                 "upstreams: {app: [\"" +
                                     backend +
                                     "\"]}\n"
                                     "routes:\n  - {path: /bytes/, upstream: app}\n"
                                     "  - {path: = /fixed, respond: {body: well}}\n");
  std::string out = dir.path("callgrind.out");
  Process weir({"valgrind", "--tool=callgrind", "--callgrind-out-file=" + out,
                support::product_path("weir"), "-c", config},
               {kPinned});
  std::string line = weir.wait_err_line("listening on ", kSlow);
  support::RawClient client(line.substr(line.rfind(' ') + 1), 0, kSlow);
  for (int i = 0; i < requests; ++i) REQUIRE(client.get(path).status() == status);
  weir.signal(SIGTERM);
  REQUIRE(weir.wait(kSlow) == 0);
  return counted(out);
}

void hold(const std::string& name, const std::string& path, unsigned status) {
  support::BackendProcess backend;
  double few = run(backend.address(), path, status, kFew);
  double many = run(backend.address(), path, status, kMany);
  double cost = (many - few) / (kMany - kFew);
  double budget = recorded_budget().at(name);
  MESSAGE(name << ": " << cost << " instructions, recorded " << budget);
  CHECK(cost > 1000);
  CHECK_MESSAGE(cost <= budget * kAllowed,
                name << " costs more instructions than recorded in budget.txt");
}

TEST_CASE("a proxied request costs no more instructions than recorded") {
  hold("proxied", "/bytes/1024", 200);
}
TEST_CASE("a 404 costs no more instructions than recorded") { hold("not_found", "/nothing", 404); }
TEST_CASE("a fixed answer costs no more instructions than recorded") {
  hold("fixed", "/fixed", 200);
}

}  // namespace
}  // namespace weir::budget
