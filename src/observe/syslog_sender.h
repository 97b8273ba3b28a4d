#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "net/address.h"
#include "net/descriptor.h"
#include "observe/log_sink.h"

namespace weir::observe {

// Sends each line to a syslog server, in a UDP datagram of its own and as nginx does: RFC 3164 with
// facility local7, severity info and the tag "weir":
//   <190>Nov 24 16:00:00 host weir: LINE
// A line that the kernel does not take soon is lost, and so is one that it says nobody listened
// for; what is lost on the way nobody knows. One thread at a time.
class SyslogSender : public LogSink {
 public:
  // In front of an address, in the path of a log.
  static constexpr std::string_view kPrefix = "syslog:";

  // "HOST:PORT"; the error says what is wrong with it. A pure check.
  static base::Result<net::Address> parse(std::string_view address);
  // Looks the host up, blocking.
  static base::Result<std::unique_ptr<SyslogSender>> open(std::string_view address);

  std::uint64_t write(std::string_view lines, const std::atomic<bool>& stopping,
                      ErrorLog& errors) override;
  // Looks the host up anew.
  base::Result<base::Done> reopen() override;

 private:
  explicit SyslogSender(net::Address address) : address_(std::move(address)) {}
  base::Result<base::Done> connect();
  // What stands in front of a line now; valid until the next call.
  std::string_view header();
  // Returns how many lines were found to be lost; then `error` says why.
  std::uint64_t send(std::string_view header, std::string_view line, int& error);

  net::Address address_;
  net::Descriptor socket_;
  char header_[320] = {};
  int wait_ms_ = 0;  // for room in the socket, of the lines being written
  bool failing_ = false;
};

}  // namespace weir::observe
