#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <sstream>

#include "system/access_log/setup.h"

namespace weir::access_log {

namespace {

// A FIFO with a reader that reads only when told so.
class SleepyReader {
 public:
  explicit SleepyReader(const std::string& path) {
    if (::mkfifo(path.c_str(), 0600) != 0) throw std::runtime_error("no fifo");
    descriptor_ = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    ::fcntl(descriptor_, F_SETPIPE_SZ, 4096);
  }
  ~SleepyReader() { leave(); }
  SleepyReader(const SleepyReader&) = delete;
  SleepyReader& operator=(const SleepyReader&) = delete;

  // Takes all that comes until nothing has for a while, or until its end.
  void read_on(Milliseconds quiet) {
    std::array<char, 65536> bytes{};
    pollfd polled{descriptor_, POLLIN, 0};
    while (::poll(&polled, 1, static_cast<int>(quiet.count())) > 0) {
      ssize_t got = ::read(descriptor_, bytes.data(), bytes.size());
      if (got <= 0) return;
      text_.append(bytes.data(), static_cast<std::size_t>(got));
    }
  }
  void leave() {
    if (descriptor_ >= 0) ::close(descriptor_);
    descriptor_ = -1;
  }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  int descriptor_ = -1;
  std::string text_;
};

constexpr int kRequests = 3000;

// The least buffers there are: what the log cannot take is soon too much.
constexpr const char* kSmall = "path: pipe, buffer: 0, flush: 1ms";

// The fifo has to be there before weir, in the directory of its file.
std::string small_log_at(const TempDir& dir) {
  return std::string(kSmall).replace(6, 4, '"' + dir.path("pipe") + '"');
}

int ask(WeirProcess& weir, int requests) {
  RawClient client(weir.address());
  int well = 0;
  for (int i = 0; i < requests; ++i) well += client.get("/bytes/10").status() == 200 ? 1 : 0;
  return well;
}

std::size_t count_lines(const std::string& text, std::size_t& whole) {
  std::size_t count = 0;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line); ++count) {
    if (line.starts_with("127.0.0.1 - - [") &&
        line.ends_with("] \"GET /bytes/10 HTTP/1.1\" 200 10 \"-\" \"-\""))
      ++whole;
  }
  return count;
}

}  // namespace

TEST_CASE("a reader that stops holds up no request; lines that find no room are counted") {
  TempDir dir;
  SleepyReader reader(dir.path("pipe"));
  BackendProcess backend;
  WeirProcess weir(config_of(backend.address(), small_log_at(dir)));
  CHECK(ask(weir, kRequests) == kRequests);
  double dropped = weir.metric("weir_access_log_dropped_total");
  CHECK(dropped > 0);
  CHECK(dropped < kRequests);

  // When it reads on, it finds whole lines, and together with the dropped ones they are all.
  std::size_t whole = 0;
  std::size_t lines = 0;
  wait_until("the rest of the lines", [&] {
    reader.read_on(Milliseconds(20));
    whole = 0;
    lines = count_lines(reader.text(), whole);
    return static_cast<double>(lines) + weir.metric("weir_access_log_dropped_total") == kRequests;
  });
  CHECK(whole == lines);
  // And the log goes on.
  double before = weir.metric("weir_access_log_dropped_total");
  CHECK(ask(weir, 10) == 10);
  wait_until("lines again", [&] {
    reader.read_on(Milliseconds(20));
    whole = 0;
    return count_lines(reader.text(), whole) == lines + 10;
  });
  CHECK(weir.metric("weir_access_log_dropped_total") == before);
}

TEST_CASE("a reader that stops does not keep weir from ending") {
  TempDir dir;
  SleepyReader reader(dir.path("pipe"));
  BackendProcess backend;
  for (int number : {SIGTERM, SIGQUIT}) {
    CAPTURE(number);
    WeirProcess weir(config_of(backend.address(), small_log_at(dir)));
    CHECK(ask(weir, 1000) == 1000);
    auto start = support::Clock::now();
    weir.process().signal(number);
    CHECK(weir.process().wait() == 0);
    CHECK(support::Clock::now() - start < std::chrono::seconds(10));
  }
}

TEST_CASE("a reader that leaves is told once, costs lines and no requests") {
  TempDir dir;
  SleepyReader reader(dir.path("pipe"));
  BackendProcess backend;
  WeirProcess weir(config_of(backend.address(), small_log_at(dir)));
  reader.leave();
  CHECK(ask(weir, 500) == 500);
  weir.wait_metric("weir_access_log_dropped_total", 500);
  weir.process().wait_err_line("cannot write the log");
  CHECK(weir.process().err().find("cannot write") == weir.process().err().rfind("cannot write"));
}

}  // namespace weir::access_log
