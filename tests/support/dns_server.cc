#include "support/dns_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <sstream>
#include <stdexcept>

namespace weir::support {

namespace {

constexpr int kPortsTried = 20;

// A UDP socket on a port of 127.0.0.1 that the kernel picks.
int bind_udp(std::uint16_t& port) {
  int descriptor = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(name);
  if (::bind(descriptor, reinterpret_cast<const sockaddr*>(&name), size) != 0 ||
      ::getsockname(descriptor, reinterpret_cast<sockaddr*>(&name), &size) != 0)
    throw std::runtime_error("cannot bind a UDP port");
  port = ntohs(name.sin_port);
  return descriptor;
}

std::string text_of(std::uint16_t port) { return "127.0.0.1:" + std::to_string(port); }

}  // namespace

DnsServer::DnsServer(std::string_view records, int ttl_s, std::vector<std::string> more)
    : ttl_s_(ttl_s), more_(std::move(more)) {
  write(records);
  // A port that was free may be another's by the time that dnsmasq binds it.
  for (int i = 0; i < kPortsTried; ++i) {
    ::close(bind_udp(port_));
    address_ = text_of(port_);
    if (try_start()) return;
  }
  throw std::runtime_error("no port for dnsmasq");
}

void DnsServer::set(std::string_view records) {
  write(records);
  if (process_ == nullptr) return;
  process_->signal(SIGHUP);
  process_->wait_err_line("read " + dir_.path("hosts"));
}

void DnsServer::stop() {
  if (process_ == nullptr) return;
  process_->signal(SIGTERM);
  process_->wait();
  process_.reset();
}

void DnsServer::start() {
  if (process_ == nullptr && !try_start())
    throw std::runtime_error("dnsmasq does not get its port back: " + address_);
}

// False when the port is taken.
bool DnsServer::try_start() {
  std::vector<std::string> arguments = {
      // Debug mode: in the foreground, as this user, telling on standard error what it does.
      "/usr/sbin/dnsmasq",
      "--no-daemon",
      "--conf-file=/dev/null",
      "--no-hosts",
      "--no-resolv",
      "--no-poll",
      "--bind-interfaces",
      "--listen-address=127.0.0.1",
      "--port=" + std::to_string(port_),
      "--local=/test/",
      "--addn-hosts=" + dir_.path("hosts"),
      "--local-ttl=" + std::to_string(ttl_s_),
  };
  arguments.insert(arguments.end(), more_.begin(), more_.end());
  process_ = std::make_unique<Process>(std::move(arguments));
  try {
    process_->wait_err_line("read " + dir_.path("hosts"));
    return true;
  } catch (const std::runtime_error&) {
    std::string said = process_->err();
    process_.reset();
    if (said.find("in use") == std::string::npos)
      throw std::runtime_error("dnsmasq does not start: " + said);
    return false;
  }
}

void DnsServer::write(std::string_view records) {
  std::string hosts;
  std::istringstream all{std::string(records)};
  for (std::string record; std::getline(all, record, ',');) {
    std::istringstream words(record);
    std::string name;
    words >> name;
    for (std::string address; words >> address;) hosts.append(address + " " + name + "\n");
  }
  dir_.write("hosts", hosts);
}

SilentDns::SilentDns() {
  std::uint16_t port = 0;
  descriptor_ = bind_udp(port);
  address_ = text_of(port);
}

SilentDns::~SilentDns() { ::close(descriptor_); }

int SilentDns::questions() {
  int count = 0;
  std::array<char, 512> bytes{};
  while (::recv(descriptor_, bytes.data(), bytes.size(), MSG_DONTWAIT) >= 0) ++count;
  return count;
}

}  // namespace weir::support
