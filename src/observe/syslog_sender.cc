#include "observe/syslog_sender.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include "observe/host_name.h"
#include "observe/log_text.h"
#include "observe/log_time.h"

namespace weir::observe {
namespace {

// Facility local7 (23) and severity info (6), as nginx's access log.
constexpr std::string_view kPriority = "<190>";
constexpr std::size_t kHostMax = 255;
// How long a line waits for room in the socket. Where that was in vain those behind it do not.
constexpr int kWaitMs = 100;

std::string cause(int error) { return std::generic_category().message(error); }

}  // namespace

base::Result<net::Address> SyslogSender::parse(std::string_view address) {
  auto parsed = net::parse_address(address);
  if (!parsed) return parsed.error();
  const net::Address& to = parsed.value();
  if (to.is_unix || to.host.empty() || to.port == 0) {
    return base::Error{"'" + std::string(address) + "' is no HOST:PORT to send to"};
  }
  return parsed;
}

base::Result<std::unique_ptr<SyslogSender>> SyslogSender::open(std::string_view address) {
  auto parsed = parse(address);
  if (!parsed) return base::Error{"cannot open the log 'syslog:...': " + parsed.error().text};
  struct Maker : SyslogSender {
    explicit Maker(net::Address to) : SyslogSender(std::move(to)) {}
  };
  std::unique_ptr<SyslogSender> sender = std::make_unique<Maker>(std::move(parsed.value()));
  if (auto done = sender->connect(); !done) {
    return base::Error{"cannot open the log 'syslog:" + std::string(address) +
                       "': " + done.error().text};
  }
  return sender;
}

base::Result<base::Done> SyslogSender::connect() {
  auto found = net::resolve(address_);
  if (!found) return found.error();
  const net::SocketAddress& to = found.value().front();
  net::Descriptor socket(::socket(to.family(), SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  // So that the kernel says where nobody listens.
  if (!socket || ::connect(socket.get(), to.get(), to.length) != 0)
    return base::Error{cause(errno)};
  socket_ = std::move(socket);
  return base::Done{};
}

base::Result<base::Done> SyslogSender::reopen() {
  auto done = connect();
  if (done) return done;
  return base::Error{"cannot reopen the log 'syslog:" + net::to_text(address_) +
                     "': " + done.error().text + "; the open socket is used on"};
}

std::string_view SyslogSender::header() {
  LogText text(header_, sizeof(header_));
  text.raw(kPriority);
  put_syslog_time(text);
  text.raw(' ').raw(host_name().substr(0, kHostMax)).raw(" weir: ");
  return text.view();
}

std::uint64_t SyslogSender::send(std::string_view header, std::string_view line, int& error) {
  std::array<iovec, 2> parts = {{{const_cast<char*>(header.data()), header.size()},
                                 {const_cast<char*>(line.data()), line.size()}}};
  msghdr message{};
  message.msg_iov = parts.data();
  message.msg_iovlen = parts.size();
  auto sent = [&] { return ::sendmsg(socket_.get(), &message, MSG_NOSIGNAL) >= 0; };
  if (sent()) return 0;
  error = errno;
  if (error == EAGAIN) {
    pollfd want{socket_.get(), POLLOUT, 0};
    if (::poll(&want, 1, wait_ms_) > 0 && sent()) return 0;
    wait_ms_ = 0;
    return 1;
  }
  if (error != ECONNREFUSED) return 1;
  // That was told of an earlier line, and this one was not sent for it.
  return sent() ? 1 : 2;
}

std::uint64_t SyslogSender::write(std::string_view lines, const std::atomic<bool>& stopping,
                                  ErrorLog& errors) {
  std::string_view front = header();
  wait_ms_ = stopping ? 0 : kWaitMs;
  std::uint64_t lost = 0;
  int error = 0;
  while (!lines.empty()) {
    std::size_t end = std::min(lines.find('\n'), lines.size());
    lost += send(front, lines.substr(0, end), error);
    lines.remove_prefix(std::min(end + 1, lines.size()));
  }
  if (lost == 0) {
    failing_ = false;
  } else if (!std::exchange(failing_, true)) {
    errors.write_limited(Level::kError, "cannot send the log to syslog:" + net::to_text(address_) +
                                            ": " + cause(error) +
                                            "; its lines are dropped until it takes them again");
  }
  return lost;
}

}  // namespace weir::observe
