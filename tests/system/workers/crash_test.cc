#include <doctest/doctest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <stdexcept>

#include "support/sanitizers.h"
#include "support/temp_dir.h"
#include "system/workers/setup.h"

namespace weir::workers {

namespace {

// A weir of two workers whose end no other test program is to take for a failure.
struct Mortal {
  Mortal() : process({support::product_path("weir"), "-c", file}) {
    std::string line = process.wait_err_line("weir: listening on ");
    address = line.substr(line.rfind(' ') + 1);
  }

  support::TempDir dir;
  std::string file = dir.write("weir.yaml",
                               "listen: \"127.0.0.1:0\"\nworkers: 2\naccess_log: off\n"
                               "routes: [{respond: {status: 200, body: well}}]\n");
  support::Process process;
  std::string address;
};

// The thread of this name.
pid_t thread_of(pid_t pid, const std::string& name) {
  for (const auto& task :
       std::filesystem::directory_iterator("/proc/" + std::to_string(pid) + "/task")) {
    if (support::read_whole_file(task.path() / "comm") == name + "\n")
      return static_cast<pid_t>(std::stol(task.path().filename()));
  }
  throw std::runtime_error("no thread '" + name + "'");
}

// The frames of the backtrace behind `line`, as addr2line takes them: "PATH/weir(+0x1234)".
std::ptrdiff_t frames_behind(const std::string& err, const std::string& line) {
  std::istringstream in(err.substr(err.find(line)));
  std::ptrdiff_t count = 0;
  for (std::string frame; std::getline(in, frame);) {
    if (frame.find("/weir(+0x") != std::string::npos) ++count;
  }
  return count;
}

void without_core() {
  rlimit limit{};
  ::setrlimit(RLIMIT_CORE, &limit);
}

}  // namespace

TEST_CASE("a worker that crashes leaves a backtrace, and weir ends at once by the signal") {
  if (support::kAsan || support::kTsan) {
    MESSAGE("a sanitizer's report stands in its place");
    return;
  }
  without_core();
  for (int number : {SIGSEGV, SIGABRT}) {
    CAPTURE(number);
    Mortal weir;
    RawClient client(weir.address);
    CHECK(client.get("/").body == "well");
    pid_t worker = thread_of(weir.process.pid(), "weir worker 1");
    REQUIRE(::syscall(SYS_tgkill, weir.process.pid(), worker, number) == 0);
    std::string line = weir.process.wait_err_line("weir: weir worker 1 crashed: ");
    CHECK(line.find(number == SIGSEGV ? "SIGSEGV at 0x" : "SIGABRT; where") != std::string::npos);
    CHECK(weir.process.wait() == 128 + number);
    // The handler's, and the worker's own, of which a release build inlines all but one.
    CHECK(frames_behind(weir.process.err(), line) >= 2);
    client.read_to_end();
    CHECK(client.end() != support::End::kOpen);
    CHECK(support::refuses(weir.address));
  }
}

TEST_CASE("a crash of the control thread is told as well") {
  if (support::kAsan || support::kTsan) {
    MESSAGE("a sanitizer's report stands in its place");
    return;
  }
  without_core();
  Mortal weir;
  CHECK(RawClient(weir.address).get("/").body == "well");
  weir.process.signal(SIGSEGV);
  std::string line = weir.process.wait_err_line("weir: weir crashed: SIGSEGV");
  CHECK(weir.process.wait() == 128 + SIGSEGV);
  CHECK(frames_behind(weir.process.err(), line) >= 2);
}

}  // namespace weir::workers
