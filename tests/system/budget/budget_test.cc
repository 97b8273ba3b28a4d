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
// On a connection each, where noise of the process's life is small beside what is counted.
constexpr int kFewConnections = 200;
constexpr int kManyConnections = 400;
constexpr double kAllowed = 1.02;
// Of what a small answer costs on a connection of its own: a page of an error is longer.
constexpr double kRefusalShare = 1.25;
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

// What a client sends over and over.
struct Asked {
  std::string bytes;
  unsigned status = 200;
  bool closes = false;  // the answer is the last one of its connection
};

Asked get(const std::string& path, unsigned status, std::size_t fields = 0) {
  std::string bytes = "GET " + path + " HTTP/1.1\r\nHost: test\r\n";
  for (std::size_t i = 0; i < fields; ++i) {
    bytes += "X-Field-" + std::to_string(i) + ": some value of a field\r\n";
  }
  return {bytes + "\r\n", status, false};
}

void ask(support::RawClient& client, const Asked& asked) {
  REQUIRE(client.ask(asked.bytes).status() == asked.status);
}

// Instructions of a weir that answers the request so many times, from its start to its end.
double run(const std::string& backend, const Asked& asked, int requests) {
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
  std::string address = line.substr(line.rfind(' ') + 1);
  if (asked.closes) {
    for (int i = 0; i < requests; ++i) {
      support::RawClient client(address, 0, kSlow);
      ask(client, asked);
    }
  } else {
    support::RawClient client(address, 0, kSlow);
    for (int i = 0; i < requests; ++i) ask(client, asked);
  }
  weir.signal(SIGTERM);
  REQUIRE(weir.wait(kSlow) == 0);
  return counted(out);
}

// Instructions of one request.
double cost_of(const Asked& asked) {
  support::BackendProcess backend;
  int few_requests = asked.closes ? kFewConnections : kFew;
  int many_requests = asked.closes ? kManyConnections : kMany;
  double few = run(backend.address(), asked, few_requests);
  double many = run(backend.address(), asked, many_requests);
  return (many - few) / (many_requests - few_requests);
}

double hold(const std::string& name, const Asked& asked) {
  double cost = cost_of(asked);
  double budget = recorded_budget().at(name);
  MESSAGE(name << ": " << cost << " instructions, recorded " << budget);
  CHECK(cost > 1000);
  CHECK_MESSAGE(cost <= budget * kAllowed,
                name << " costs more instructions than recorded in budget.txt");
  return cost;
}

// A refusal closes its connection, and costs no more than a fixed answer that does.
void hold_refusal(const std::string& name, const std::string& bytes, unsigned status) {
  static const double fixed =
      hold("fixed_and_closed",
           {"GET /fixed HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n", 200, true});
  double cost = hold(name, {bytes, status, true});
  CHECK_MESSAGE(cost <= fixed * kRefusalShare, name << " costs more than an answer");
}

TEST_CASE("a proxied request costs no more instructions than recorded") {
  hold("proxied", get("/bytes/1024", 200));
}
TEST_CASE("a 404 costs no more instructions than recorded") {
  hold("not_found", get("/nothing", 404));
}
TEST_CASE("a fixed answer costs no more instructions than recorded") {
  hold("fixed", get("/fixed", 200));
}

TEST_CASE("a request with 100 fields costs its fields' share, as one with 50 does") {
  double none = cost_of(get("/bytes/1024", 200));
  double half = cost_of(get("/bytes/1024", 200, 49)) - none;
  double all = hold("proxied_100_fields", get("/bytes/1024", 200, 99)) - none;
  CHECK_MESSAGE(all <= half / 49 * 99 * 1.05, "fields cost more the more there are");
}

TEST_CASE("a refused request of each class costs no more than an answer") {
  const std::string host = "Host: test\r\n";
  hold_refusal("bad_request", "GET / HTTP/1.1\r\n" + host + "A : b\r\n\r\n", 400);
  hold_refusal("bad_framing", "POST /fixed HTTP/1.1\r\n" + host + "Content-Length: 1, 1\r\n\r\n",
               400);
  hold_refusal("body_too_large",
               "POST /fixed HTTP/1.1\r\n" + host + "Content-Length: 1000000000000\r\n\r\n", 413);
  hold_refusal("uri_too_long", "GET /" + std::string(9000, 'a') + " HTTP/1.1\r\n" + host + "\r\n",
               414);
  hold_refusal("too_many_headers", get("/fixed", 200, 100).bytes, 431);
}

}  // namespace
}  // namespace weir::budget
