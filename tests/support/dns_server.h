#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "support/process.h"
#include "support/temp_dir.h"

namespace weir::support {

// A real DNS server (Debian's dnsmasq) on a port of 127.0.0.1 for UDP and TCP. It answers for names
// below "test", which do not exist but for those that the test gives it (NXDOMAIN), and refuses all
// others (REFUSED). Names in IPv4 alone have no AAAA (NODATA), and the other way round.
class DnsServer {
 public:
  // Returns when it answers. `records`: "app.test 127.0.0.1 ::1, other.test 127.0.0.2". `ttl_s` is
  // the TTL of all its answers. `more`: further arguments of dnsmasq
  // ("--cname=alias.test,app.test").
  explicit DnsServer(std::string_view records, int ttl_s = 1, std::vector<std::string> more = {});

  // "127.0.0.1:PORT"; the same for its whole life.
  [[nodiscard]] const std::string& address() const { return address_; }
  // Other records from now on, also while it is stopped. Returns when it answers by them.
  void set(std::string_view records);
  // Nobody listens on its port any more, until start().
  void stop();
  void start();

 private:
  bool try_start();
  void write(std::string_view records);

  TempDir dir_;
  int ttl_s_;
  std::vector<std::string> more_;
  std::uint16_t port_ = 0;
  std::string address_;
  std::unique_ptr<Process> process_;
};

// A port of 127.0.0.1 where datagrams are taken and never answered.
class SilentDns {
 public:
  SilentDns();
  ~SilentDns();
  SilentDns(const SilentDns&) = delete;
  SilentDns& operator=(const SilentDns&) = delete;

  [[nodiscard]] const std::string& address() const { return address_; }
  // How many questions came since the last call.
  int questions();

 private:
  int descriptor_;
  std::string address_;
};

}  // namespace weir::support
