#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <regex>

#include "system/access_log/setup.h"

namespace weir::access_log {

namespace {

// A syslog server: a UDP socket of 127.0.0.1, on a port that the kernel picks where none is given.
class SyslogServer {
 public:
  explicit SyslogServer(std::uint16_t port = 0) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    socklen_t size = sizeof(address);
    auto* any = reinterpret_cast<sockaddr*>(&address);
    if (::bind(socket_, any, size) != 0 || ::getsockname(socket_, any, &size) != 0)
      throw std::runtime_error("no UDP socket");
    port_ = ntohs(address.sin_port);
  }
  ~SyslogServer() { ::close(socket_); }
  SyslogServer(const SyslogServer&) = delete;
  SyslogServer& operator=(const SyslogServer&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] std::string path() const {
    return "\"syslog:127.0.0.1:" + std::to_string(port_) + '"';
  }
  // The next message.
  std::string next() {
    pollfd want{socket_, POLLIN, 0};
    if (::poll(&want, 1, static_cast<int>(support::kPatience.count())) != 1)
      throw std::runtime_error("no message came");
    std::string text(65'536, ' ');
    ssize_t size = ::recv(socket_, text.data(), text.size(), 0);
    text.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
    return text;
  }

 private:
  int socket_ = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  std::uint16_t port_ = 0;
};

}  // namespace

TEST_CASE("lines go to a syslog server, a datagram each, in nginx's form") {
  SyslogServer server;
  BackendProcess backend;
  WeirProcess weir(config_of(backend.address(), "path: " + server.path() + ", flush: 5ms"));
  RawClient client(weir.address());
  CHECK(client.get("/bytes/1").status() == 200);
  CHECK(client.get("/bytes/2").status() == 200);
  std::regex form(R"(<190>[A-Z][a-z][a-z] [ 123]\d \d\d:\d\d:\d\d \S+ weir: (127\.0\.0\.1 - .*))");
  for (const char* path : {"/bytes/1", "/bytes/2"}) {
    std::string message = server.next();
    std::smatch found;
    REQUIRE_MESSAGE(std::regex_match(message, found, form), message);
    CHECK(found[1].str().find(path) != std::string::npos);
  }
  CHECK(weir.metric("weir_access_log_dropped_total") == 0);
  // USR1 looks the server up anew, and goes on.
  weir.process().signal(SIGUSR1);
  CHECK(client.get("/bytes/3").status() == 200);
  CHECK(server.next().find("/bytes/3") != std::string::npos);
}

TEST_CASE("a dead syslog server costs lines, which are counted, and no request") {
  std::uint16_t port = 0;
  std::string path;
  {
    SyslogServer gone;
    port = gone.port();
    path = gone.path();
  }
  BackendProcess backend;
  WeirProcess weir(config_of(backend.address(), "path: " + path + ", flush: 1ms, buffer: 0"));
  RawClient client(weir.address());
  for (int i = 0; i < 500; ++i) CHECK(client.get("/bytes/10").status() == 200);
  weir.process().wait_err_line("cannot send the log to syslog:127.0.0.1:" + std::to_string(port) +
                               ": Connection refused");
  wait_until("dropped lines", [&] { return weir.metric("weir_access_log_dropped_total") > 0; });
  CHECK(weir.metric("weir_access_log_dropped_total") <= 500);

  // When it is back, it gets lines again.
  SyslogServer back(port);
  CHECK(client.get("/bytes/77").status() == 200);
  while (back.next().find("/bytes/77") == std::string::npos) {
  }
}

TEST_CASE("a syslog server that does not read costs lines, and no request") {
  SyslogServer server;
  BackendProcess backend;
  WeirProcess weir(config_of(backend.address(), "path: " + server.path() + ", flush: 1ms"));
  RawClient client(weir.address());
  for (int i = 0; i < 3000; ++i) CHECK(client.get("/bytes/10").status() == 200);
  CHECK(weir.process().stop() == 0);
}

}  // namespace weir::access_log
