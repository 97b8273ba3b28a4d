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

constexpr double kAllowed = 1.02;
// Of a connection of its own: how its accept, its bytes and its close fall into turns of the loop
// is the machine's.
constexpr double kAllowedClosed = 1.2;
constexpr support::Milliseconds kSlow{120'000};

constexpr const char* kLimits = "connections: 100";

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
  int few = 1000;       // so often; what twice as many cost more is counted
  bool closes = false;  // the answer is the last one of its connection
};

Asked get(const std::string& path, unsigned status, std::size_t fields = 1) {
  std::string bytes = "GET " + path + " HTTP/1.1\r\nHost: test\r\n";
  for (std::size_t i = 1; i < fields; ++i) {
    std::string number = std::to_string(10'000 + i);
    bytes += "X-" + number + ": a value\r\n";
  }
  return {bytes + "\r\n", status};
}

// On a connection each. What a process does at its start and end is still little beside so many.
Asked on_its_own(const std::string& bytes, unsigned status) { return {bytes, status, 200, true}; }

void send_all(const std::string& address, const Asked& asked, int requests) {
  int per_connection = asked.closes ? 1 : requests;
  for (int sent = 0; sent < requests; sent += per_connection) {
    support::RawClient client(address, 0, kSlow);
    for (int i = 0; i < per_connection; ++i) {
      REQUIRE(client.ask(asked.bytes).status() == asked.status);
    }
  }
}

// Instructions of a weir that is asked so many times, from its start to its end.
double run(const std::string& backend, const Asked& asked, int requests,
           const std::string& limits) {
  support::TempDir dir;
  std::string config = dir.write("weir.yaml",
                                 "workers: 1\nlisten: \"127.0.0.1:0\"\naccess_log: off\n"
                                 "limits: {" +
                                     limits + "}\nupstreams: {app: [\"" + backend +
                                     "\"]}\n"
                                     "routes:\n  - {path: /bytes/, upstream: app}\n"
                                     "  - {path: = /fixed, respond: {body: well}}\n");
  std::string out = dir.path("callgrind.out");
  Process weir({"valgrind", "--tool=callgrind", "--callgrind-out-file=" + out,
                support::product_path("weir"), "-c", config},
               {kPinned});
  std::string line = weir.wait_err_line("listening on ", kSlow);
  send_all(line.substr(line.rfind(' ') + 1), asked, requests);
  weir.signal(SIGTERM);
  REQUIRE(weir.wait(kSlow) == 0);
  return counted(out);
}

// Instructions of one request.
double cost_of(const Asked& asked, const std::string& limits = kLimits) {
  support::BackendProcess backend;
  double less = run(backend.address(), asked, asked.few, limits);
  return (run(backend.address(), asked, 2 * asked.few, limits) - less) / asked.few;
}

double hold(const std::string& name, const Asked& asked, double allowed = kAllowed) {
  double cost = cost_of(asked);
  double budget = recorded_budget().at(name);
  MESSAGE(name << ": " << cost << " instructions, recorded " << budget);
  CHECK(cost > 1000);
  CHECK_MESSAGE(cost <= budget * allowed,
                name << " costs more instructions than recorded in budget.txt");
  return cost;
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

TEST_CASE("a field costs no more than recorded, among 4,000 no more than among 100") {
  double plain = recorded_budget().at("proxied");
  double hundred = hold("proxied_100_fields", get("/bytes/1024", 200, 100)) - plain;
  Asked many = get("/bytes/1024", 200, 4'000);
  many.few = 30;
  double all = cost_of(many, "connections: 100, headers: 4100, header_size: 128k") - plain;
  MESSAGE("a field of 100: " << hundred / 99 << " instructions, of 4,000: " << all / 3'999);
  CHECK(all / 3'999 <= hundred / 99 * 1.1);
}

// A refusal that closes its connection has all that a connection costs; so has what it is held to.
TEST_CASE("a refused request of each class costs no more than a proxied one") {
  const std::string host = "Host: test\r\n";
  const std::string post = "POST /bytes/1024 HTTP/1.1\r\n" + host;
  const double proxied =
      hold("closed_proxied",
           on_its_own("GET /bytes/1024 HTTP/1.1\r\n" + host + "Connection: close\r\n\r\n", 200),
           kAllowedClosed);
  struct Refused {
    const char* name;
    unsigned status;
    std::string bytes;
  };
  const Refused all[] = {
      {"closed_bad_request", 400, "GET / HTTP/1.1\r\n" + host + "A : b\r\n\r\n"},
      {"closed_bad_framing", 400, post + "Content-Length: 1, 1\r\n\r\n"},
      {"closed_method", 405, "TRACE /bytes/1024 HTTP/1.1\r\n" + host + "\r\n"},
      {"closed_body_too_large", 413, post + "Content-Length: 1000000000000\r\n\r\n"},
      {"closed_uri_too_long", 414,
       "GET /" + std::string(9'000, 'a') + " HTTP/1.1\r\n" + host + "\r\n"},
      {"closed_expectation", 417, post + "Expect: more\r\nContent-Length: 1\r\n\r\n"},
      {"closed_too_many_headers", 431, get("/fixed", 200, 101).bytes},
      {"closed_header_too_large", 431,
       "GET / HTTP/1.1\r\n" + host + "A: " + std::string(33'000, 'a') + "\r\n\r\n"},
  };
  for (const Refused& one : all) {
    double cost = hold(one.name, on_its_own(one.bytes, one.status), kAllowedClosed);
    CHECK_MESSAGE(cost <= proxied * kAllowedClosed,
                  one.name << " costs more than a proxied request");
  }
}

}  // namespace
}  // namespace weir::budget
