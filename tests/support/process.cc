#include "support/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <sstream>
#include <stdexcept>

#include "support/temp_dir.h"

extern char** environ;

namespace weir::support {

namespace {

// Between fork and exec only what is safe there; all strings were made before.
[[noreturn]] void become(char** arguments, char** environment, int out, int err, pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(127);
  int null = ::open("/dev/null", O_RDONLY);
  ::dup2(null, 0);
  ::dup2(out, 1);
  ::dup2(err, 2);
  ::close(null);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::execvpe(arguments[0], arguments, environment);
  constexpr char kText[] = "cannot be run\n";
  [[maybe_unused]] auto written = ::write(2, kText, sizeof(kText) - 1);
  ::_exit(127);
}

std::array<int, 2> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  return ends;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> out;
  for (auto& text : texts) out.push_back(text.data());
  out.push_back(nullptr);
  return out;
}

// A line of /proc/PID/status in bytes.
std::uint64_t status_kib(pid_t pid, std::string_view key) {
  std::istringstream in(read_whole_file("/proc/" + std::to_string(pid) + "/status"));
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with(key)) return std::stoull(line.substr(key.size())) * 1024;
  }
  throw std::runtime_error("no " + std::string(key) + " of pid " + std::to_string(pid));
}

}  // namespace

Process::Process(std::vector<std::string> arguments, const std::vector<std::string>& environment)
    : name_(arguments.at(0)) {
  std::vector<std::string> variables = environment;
  for (char** at = environ; *at != nullptr; ++at) variables.emplace_back(*at);
  auto argument_pointers = pointers(arguments);
  auto variable_pointers = pointers(variables);
  auto out = make_pipe();
  auto err = make_pipe();
  pid_t parent = ::getpid();
  pid_ = ::fork();
  if (pid_ == 0) become(argument_pointers.data(), variable_pointers.data(), out[1], err[1], parent);
  ::close(out[1]);
  ::close(err[1]);
  out_.descriptor = out[0];
  err_.descriptor = err[0];
  if (pid_ < 0) throw std::runtime_error("cannot fork");
  pid_descriptor_ = static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0));
  collector_ = std::thread([this] { collect(); });
}

Process::~Process() {
  if (!reaped_) {
    ::kill(pid_, SIGKILL);
    reap(kPatience);
  }
  collector_.join();
  for (int descriptor : {out_.descriptor, err_.descriptor, pid_descriptor_}) ::close(descriptor);
}

void Process::collect() {
  while (!out_.ended || !err_.ended) {
    std::array<pollfd, 2> polled = {{{out_.ended ? -1 : out_.descriptor, POLLIN, 0},
                                     {err_.ended ? -1 : err_.descriptor, POLLIN, 0}}};
    if (::poll(polled.data(), polled.size(), -1) < 0) continue;
    if (polled[0].revents != 0) read_from(out_);
    if (polled[1].revents != 0) read_from(err_);
  }
}

void Process::read_from(Stream& stream) {
  std::array<char, 65536> bytes{};
  ssize_t got = ::read(stream.descriptor, bytes.data(), bytes.size());
  if (got < 0 && errno == EINTR) return;
  std::lock_guard lock(mutex_);
  if (got > 0) stream.text.append(bytes.data(), static_cast<std::size_t>(got));
  if (got <= 0) stream.ended = true;
  changed_.notify_all();
}

std::string Process::out() const {
  std::lock_guard lock(mutex_);
  return out_.text;
}

std::string Process::err() const {
  std::lock_guard lock(mutex_);
  return err_.text;
}

std::string Process::wait_err_line(std::string_view part, Milliseconds patience) {
  return wait_line(err_, part, patience);
}

std::string Process::wait_out_line(std::string_view part, Milliseconds patience) {
  return wait_line(out_, part, patience);
}

std::string Process::wait_line(Stream& stream, std::string_view part, Milliseconds patience) {
  auto deadline = Clock::now() + patience;
  std::unique_lock lock(mutex_);
  for (;;) {
    for (std::size_t end; (end = stream.text.find('\n', stream.seen)) != std::string::npos;) {
      std::string line = stream.text.substr(stream.seen, end - stream.seen);
      stream.seen = end + 1;
      if (line.find(part) != std::string::npos) return line;
    }
    bool late = Clock::now() >= deadline;
    if (stream.ended || late) {
      throw std::runtime_error(name_ + (late ? " did not write '" : " ended without writing '") +
                               std::string(part) + "'; it wrote:\n" + stream.text);
    }
    changed_.wait_until(lock, deadline);
  }
}

void Process::signal(int number) {
  if (reaped_ || ::kill(pid_, number) != 0) throw std::runtime_error(name_ + " has ended already");
}

bool Process::running() { return !reap(Milliseconds(0)); }

// Waits for the end of the process by its descriptor; false when it did not come.
bool Process::reap(Milliseconds patience) {
  if (reaped_) return true;
  auto deadline = Clock::now() + patience;
  pollfd polled{pid_descriptor_, POLLIN, 0};
  int ready = 0;
  while ((ready = ::poll(&polled, 1, left(deadline))) < 0 && errno == EINTR) {
  }
  if (ready <= 0) return false;
  if (::waitpid(pid_, &status_, 0) != pid_) return false;
  reaped_ = true;
  return true;
}

int Process::wait(Milliseconds patience) {
  if (!reap(patience))
    throw std::runtime_error(name_ + " did not end; it wrote on standard error:\n" + err());
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, kPatience, [this] { return out_.ended && err_.ended; });
  return WIFSIGNALED(status_) ? 128 + WTERMSIG(status_) : WEXITSTATUS(status_);
}

std::uint64_t Process::rss() const { return status_kib(pid_, "VmRSS:"); }
std::uint64_t Process::peak_rss() const { return status_kib(pid_, "VmHWM:"); }
std::uint64_t Process::anonymous_rss() const { return status_kib(pid_, "RssAnon:"); }

Milliseconds Process::cpu_time() const {
  std::string text = read_whole_file("/proc/" + std::to_string(pid_) + "/stat");
  // Behind the name, which may hold blanks: field 3 on; utime and stime are 14 and 15.
  std::istringstream in(text.substr(text.rfind(')') + 2));
  std::string skipped;
  for (int field = 3; field < 14; ++field) in >> skipped;
  std::int64_t user = 0;
  std::int64_t system = 0;
  in >> user >> system;
  return Milliseconds((user + system) * 1000 / ::sysconf(_SC_CLK_TCK));
}

std::size_t Process::open_descriptors() const {
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& entry :
       std::filesystem::directory_iterator("/proc/" + std::to_string(pid_) + "/fd"))
    ++count;
  return count;
}

}  // namespace weir::support
