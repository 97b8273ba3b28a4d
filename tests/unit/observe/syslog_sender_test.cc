#include "observe/syslog_sender.h"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <regex>
#include <string>

#include "observe/host_name.h"
#include "unit/observe/scratch.h"

namespace weir::observe {
namespace {

// A UDP socket on a port of 127.0.0.1 that the kernel picks.
class Receiver {
 public:
  explicit Receiver(std::uint16_t port = 0)
      : socket_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    socklen_t size = sizeof(address);
    auto* any = reinterpret_cast<sockaddr*>(&address);
    REQUIRE(::bind(socket_.get(), any, size) == 0);
    REQUIRE(::getsockname(socket_.get(), any, &size) == 0);
    port_ = ntohs(address.sin_port);
  }
  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  // The next datagram; empty where none comes.
  std::string next() {
    pollfd want{socket_.get(), POLLIN, 0};
    if (::poll(&want, 1, 5000) != 1) return {};
    std::string text(70'000, ' ');
    auto size = ::recv(socket_.get(), text.data(), text.size(), 0);
    text.resize(static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
    return text;
  }

 private:
  net::Descriptor socket_;
  std::uint16_t port_ = 0;
};

struct Sending {
  Pipe told;
  ErrorLog errors{told.in()};
  std::atomic<bool> stopping{false};
  std::uint64_t send(SyslogSender& sender, std::string_view lines) {
    return sender.write(lines, stopping, errors);
  }
};

}  // namespace

TEST_CASE("each line is a datagram of RFC 3164, as nginx sends it") {
  Receiver receiver;
  Sending s;
  auto sender = SyslogSender::open(receiver.address());
  REQUIRE(sender.ok());
  CHECK(s.send(*sender.value(), "one\ntwo \"2\"\n") == 0);
  std::regex form("<190>[A-Z][a-z]{2} [ 1-3][0-9] \\d\\d:\\d\\d:\\d\\d " + host_name() +
                  " weir: (.*)");
  std::smatch found;
  for (const char* line : {"one", "two \"2\""}) {
    std::string text = receiver.next();
    REQUIRE_MESSAGE(std::regex_match(text, found, form), text);
    CHECK(found[1] == line);
  }
  CHECK(s.told.read().empty());
}

TEST_CASE("what the kernel says that nobody listened for is counted, and told once") {
  std::uint16_t port = 0;
  {
    Receiver gone;
    port = gone.port();
  }
  Sending s;
  auto sender = SyslogSender::open("127.0.0.1:" + std::to_string(port));
  REQUIRE(sender.ok());
  // On loopback it says so before the next line is sent.
  std::uint64_t lost = 0;
  for (int i = 0; i < 10; ++i) lost += s.send(*sender.value(), "a\nb\n");
  CHECK(lost >= 10);
  CHECK(lost <= 20);
  auto told = lines_of(s.told.read());
  REQUIRE(told.size() == 1);
  CHECK(
      told[0].ends_with("[error] cannot send the log to syslog:127.0.0.1:" + std::to_string(port) +
                        ": Connection refused; its lines are dropped until it takes them again"));
  // And when somebody does, it goes on.
  Receiver back(port);
  s.send(*sender.value(), "c\n");
  CHECK(back.next().ends_with(" weir: c"));
  CHECK(s.send(*sender.value(), "d\n") == 0);
  CHECK(back.next().ends_with(" weir: d"));
}

TEST_CASE("a line that no datagram holds is lost, and the others are not") {
  Receiver receiver;
  Sending s;
  auto sender = SyslogSender::open(receiver.address());
  REQUIRE(sender.ok());
  CHECK(s.send(*sender.value(), std::string(70'000, 'x') + "\nshort\n") == 1);
  CHECK(receiver.next().ends_with(" weir: short"));
}

TEST_CASE("reopening goes on to the same place") {
  Receiver receiver;
  Sending s;
  auto sender = SyslogSender::open(receiver.address());
  REQUIRE(sender.ok());
  CHECK(sender.value()->reopen().ok());
  CHECK(s.send(*sender.value(), "a\n") == 0);
  CHECK(receiver.next().ends_with(" weir: a"));
}

TEST_CASE("an address is a host and a port") {
  for (std::string_view text : {"127.0.0.1:514", "[::1]:514", "logs.example.com:1514"})
    CHECK_MESSAGE(SyslogSender::parse(text).ok(), text);
  for (std::string_view text :
       {"", "127.0.0.1", ":514", "514", "127.0.0.1:0", "unix:/dev/log", "a:b"})
    CHECK_FALSE_MESSAGE(SyslogSender::parse(text).ok(), text);
}

TEST_CASE("a log is opened by what its path says") {
  Receiver receiver;
  Scratch scratch;
  Sending s;
  auto syslog = LogSink::open("syslog:" + receiver.address());
  REQUIRE(syslog.ok());
  CHECK(syslog.value()->write("a\n", s.stopping, s.errors) == 0);
  CHECK(receiver.next().ends_with(" weir: a"));
  auto file = LogSink::open(scratch / "log");
  REQUIRE(file.ok());
  CHECK(file.value()->write("a\n", s.stopping, s.errors) == 0);
  CHECK(text_of_file(scratch / "log") == "a\n");
  CHECK_FALSE(LogSink::open("/nonexistent/log").ok());
  CHECK_FALSE(LogSink::open("syslog:nowhere").ok());
}

}  // namespace weir::observe
