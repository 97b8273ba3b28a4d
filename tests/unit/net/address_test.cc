#include "net/address.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace weir::net {

namespace {

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

SocketAddress socket_address(const char* ip, std::uint16_t port = 80) {
  return literal(Address{ip, port, false}).value();
}

}  // namespace

TEST_CASE("addresses are read as people write them, and written back") {
  struct Row {
    const char* text;
    Address address;
    const char* shown;
  };
  const std::vector<Row> rows = {
      {"127.0.0.1:80", {"127.0.0.1", 80, false}, "127.0.0.1:80"},
      {"10.0.0.255:65535", {"10.0.0.255", 65535, false}, "10.0.0.255:65535"},
      {"localhost:8080", {"localhost", 8080, false}, "localhost:8080"},
      {"my-service_1.example.com:1",
       {"my-service_1.example.com", 1, false},
       "my-service_1.example.com:1"},
      {"1.2.3.4.example:1", {"1.2.3.4.example", 1, false}, "1.2.3.4.example:1"},
      {"[::1]:8443", {"::1", 8443, false}, "[::1]:8443"},
      {"[2001:db8::1]:0", {"2001:db8::1", 0, false}, "[2001:db8::1]:0"},
      {"[::ffff:1.2.3.4]:5", {"::ffff:1.2.3.4", 5, false}, "[::ffff:1.2.3.4]:5"},
      {":8080", {"", 8080, false}, ":8080"},
      {"8080", {"", 8080, false}, ":8080"},
      {"0", {"", 0, false}, ":0"},
      {"unix:/run/weir.sock", {"/run/weir.sock", 0, true}, "unix:/run/weir.sock"},
      {"unix:/a:80", {"/a:80", 0, true}, "unix:/a:80"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    auto address = parse_address(row.text);
    REQUIRE(address.ok());
    CHECK(address.value() == row.address);
    CHECK(to_text(address.value()) == row.shown);
    CHECK(parse_address(row.shown).value() == row.address);
  }
}

TEST_CASE("what is no address is an error that says what is wrong and what an address is") {
  struct Row {
    std::string text;
    const char* why;
  };
  const std::vector<Row> rows = {
      {"", "the port is missing"},
      {"localhost", "the port is missing"},
      {"127.0.0.1", "the port is missing"},
      {"[::1]", "the port is missing"},
      {"localhost:", "a port is a number from 0 to 65535"},
      {"localhost:65536", "a port is a number from 0 to 65535"},
      {"localhost:-1", "a port is a number from 0 to 65535"},
      {"localhost:http", "a port is a number from 0 to 65535"},
      {"localhost:000080", "a port is a number from 0 to 65535"},
      {"localhost:80 ", "a port is a number from 0 to 65535"},
      {":", "a port is a number from 0 to 65535"},
      {"[::1]:", "a port is a number from 0 to 65535"},
      {"65536", "the port is missing"},
      {"::1", "an IPv6 address goes in brackets"},
      {"::1:80", "an IPv6 address goes in brackets"},
      {"http://a:80", "an IPv6 address goes in brackets"},
      {"[::1:80", "the [ has no ]"},
      {"[::1]80", "only :port may follow the ]"},
      {"[127.0.0.1]:80", "no IPv6 address in the brackets"},
      {"[]:80", "no IPv6 address in the brackets"},
      {"[fe80::1%eth0]:80", "no IPv6 address in the brackets"},
      {"a b:80", "no host name or IP before the port"},
      {"a/b:80", "no host name or IP before the port"},
      {"256.0.0.1:80", "no host name or IP before the port"},
      {"10.1:80", "no host name or IP before the port"},
      {"1:80", "no host name or IP before the port"},
      {"1.2.3.4.5:80", "no host name or IP before the port"},
      {std::string(254, 'a') + ":80", "no host name or IP before the port"},
      {"unix:", "the path behind unix: must begin with /"},
      {"unix:run/a", "the path behind unix: must begin with /"},
      {"unix:/" + std::string(107, 'a'), "the path is longer than 107 bytes"},
      {std::string("unix:/a\0b", 9), "the path has a zero byte"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    auto address = parse_address(row.text);
    REQUIRE_FALSE(address.ok());
    CHECK(has(address.error().text, row.why));
    CHECK(has(address.error().text, "'" + row.text + "' is no address"));
    CHECK(has(address.error().text, "host:port"));
  }
  CHECK(parse_address("unix:/" + std::string(106, 'a')).ok());
}

TEST_CASE("where no port is required a host stands alone") {
  CHECK(parse_address("example.com", false).value() == Address{"example.com", 0, false});
  CHECK(parse_address("127.0.0.1", false).value() == Address{"127.0.0.1", 0, false});
  CHECK(parse_address("[::1]", false).value() == Address{"::1", 0, false});
  CHECK(parse_address("example.com:80", false).value() == Address{"example.com", 80, false});
  CHECK_FALSE(parse_address("", false).ok());
  CHECK_FALSE(parse_address("::1", false).ok());
  CHECK_FALSE(parse_address("256.1.1.1", false).ok());
}

TEST_CASE("a literal becomes what the kernel takes; a name does not") {
  auto v4 = socket_address("127.0.0.1", 8080);
  CHECK(v4.family() == AF_INET);
  CHECK(ip_text(v4) == "127.0.0.1");
  CHECK(port_of(v4) == 8080);
  auto v6 = socket_address("2001:DB8:0::1", 65535);
  CHECK(v6.family() == AF_INET6);
  CHECK(ip_text(v6) == "2001:db8::1");
  CHECK(port_of(v6) == 65535);
  CHECK(ip_text(socket_address("::ffff:10.1.2.3")) == "10.1.2.3");
  auto path = literal(Address{"/run/a", 0, true}).value();
  CHECK(path.family() == AF_UNIX);
  CHECK(ip_text(path) == "unix:");
  CHECK(port_of(path) == 0);

  CHECK(literal(Address{"localhost", 80, false}).error().text ==
        "'localhost' is a name, not an IP address");
  CHECK_FALSE(literal(Address{"", 80, false}).ok());
  CHECK_FALSE(literal(Address{"/" + std::string(107, 'a'), 0, true}).ok());
}

TEST_CASE("names of /etc/hosts are resolved, literals are not asked about") {
  auto found = resolve(Address{"localhost", 8080, false});
  REQUIRE(found.ok());
  REQUIRE_FALSE(found.value().empty());
  for (const auto& address : found.value()) {
    CHECK((ip_text(address) == "127.0.0.1" || ip_text(address) == "::1"));
    CHECK(port_of(address) == 8080);
  }
  auto one = resolve(Address{"192.0.2.7", 1, false});
  REQUIRE(one.ok());
  REQUIRE(one.value().size() == 1);
  CHECK(ip_text(one.value()[0]) == "192.0.2.7");
  CHECK(resolve(Address{"/run/a", 0, true}).value()[0].family() == AF_UNIX);
  auto nobody = resolve(Address{"no-such-host.invalid", 1, false});
  REQUIRE_FALSE(nobody.ok());
  CHECK(nobody.error().text.find("cannot resolve 'no-such-host.invalid': ") == 0);
}

TEST_CASE("an IP is told from everything else") {
  for (const char* ip : {"0.0.0.0", "255.255.255.255", "::", "::1", "::ffff:1.2.3.4",
                         "1111:2222:3333:4444:5555:6666:255.255.255.255"}) {
    CHECK_MESSAGE(is_ip(ip), ip);
  }
  for (std::string_view text :
       {std::string_view(""), std::string_view("1.2.3"), std::string_view("1.2.3.4.5"),
        std::string_view("256.1.1.1"), std::string_view("1.2.3.4 "), std::string_view("[::1]"),
        std::string_view(":"), std::string_view("unix:"), std::string_view("1.2.3.4\0x", 9),
        std::string_view("fe80::1%lo"), std::string_view("localhost"),
        std::string_view("1111:2222:3333:4444:5555:6666:7777:8888:9999:0000:1111")}) {
    CHECK_MESSAGE(!is_ip(text), text);
  }
}

TEST_CASE("a CIDR block contains what it says") {
  struct Row {
    const char* block;
    std::vector<const char*> inside;
    std::vector<const char*> outside;
  };
  const std::vector<Row> rows = {
      {"10.0.0.0/8",
       {"10.0.0.0", "10.255.255.255", "::ffff:10.1.2.3"},
       {"11.0.0.0", "9.255.255.255", "::1"}},
      {"10.1.2.3/8", {"10.200.0.1"}, {"12.0.0.1"}},
      {"192.0.2.128/25", {"192.0.2.128", "192.0.2.255"}, {"192.0.2.127", "192.0.3.128"}},
      {"192.0.2.4/30", {"192.0.2.4", "192.0.2.7"}, {"192.0.2.3", "192.0.2.8"}},
      {"192.0.2.1/32", {"192.0.2.1"}, {"192.0.2.0", "192.0.2.2"}},
      {"192.0.2.1", {"192.0.2.1"}, {"192.0.2.0"}},
      {"0.0.0.0/0", {"0.0.0.0", "255.255.255.255", "::ffff:1.2.3.4"}, {"::", "2001:db8::1"}},
      {"::/0", {"::", "2001:db8::1", "ffff::"}, {"1.2.3.4", "::ffff:1.2.3.4"}},
      {"::1", {"::1", "0:0:0:0:0:0:0:1"}, {"::", "::2", "0.0.0.1"}},
      {"2001:db8::/33", {"2001:db8:7fff::1"}, {"2001:db8:8000::", "2001:db9::"}},
      {"::ffff:10.0.0.0/104", {"10.1.2.3"}, {"11.0.0.0", "::1"}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.block);
    auto block = Cidr::parse(row.block);
    REQUIRE(block.ok());
    for (const char* ip : row.inside) {
      CHECK_MESSAGE(block.value().contains(ip), ip);
      CHECK_MESSAGE(block.value().contains(socket_address(ip)), ip);
    }
    for (const char* ip : row.outside) {
      CHECK_MESSAGE(!block.value().contains(ip), ip);
      CHECK_MESSAGE(!block.value().contains(socket_address(ip)), ip);
    }
    CHECK_FALSE(block.value().contains("no ip"));
    CHECK_FALSE(block.value().contains("unix:"));
    CHECK_FALSE(block.value().contains(literal(Address{"/run/a", 0, true}).value()));
    CHECK_FALSE(block.value().contains(SocketAddress()));
  }
}

TEST_CASE("unix: is a block of its own") {
  auto block = Cidr::parse("unix:").value();
  CHECK(block.contains(literal(Address{"/run/a", 0, true}).value()));
  CHECK(block.contains("unix:"));
  CHECK_FALSE(block.contains("127.0.0.1"));
  CHECK_FALSE(block.contains(socket_address("127.0.0.1")));
  CHECK_FALSE(block.contains(SocketAddress()));  // a peer that has gone is nobody
}

TEST_CASE("what is no CIDR block is an error that says so") {
  for (const char* text :
       {"", "/8", "10.0.0/8", "10.0.0.0.0/8", "localhost", "300.0.0.0/8", "unix:/a"}) {
    CAPTURE(text);
    auto block = Cidr::parse(text);
    REQUIRE_FALSE(block.ok());
    CHECK(block.error().text ==
          "'" + std::string(text) + "' is no CIDR block such as 10.0.0.0/8 or ::1");
  }
  for (const char* text :
       {"10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8/8", "10.0.0.0/x"}) {
    CAPTURE(text);
    CHECK(Cidr::parse(text).error().text ==
          "'" + std::string(text) + "': the part behind / is 0 to 32");
  }
  CHECK(Cidr::parse("::/129").error().text == "'::/129': the part behind / is 0 to 128");
}

TEST_CASE("an address takes another port; one that has none stays as it is") {
  for (const char* host : {"127.0.0.1", "::1"}) {
    auto at = with_port(literal({host, 80, false}).value(), 443);
    CHECK(at == literal({host, 443, false}).value());
  }
  auto unix = literal({"/run/app", 0, true}).value();
  CHECK(with_port(unix, 443) == unix);
}

TEST_CASE("a host that is no IP is a name") {
  CHECK(has_name(parse_address("app.test:80").value()));
  CHECK(has_name(parse_address("localhost:80").value()));
  CHECK_FALSE(has_name(parse_address("127.0.0.1:80").value()));
  CHECK_FALSE(has_name(parse_address("[::1]:80").value()));
  CHECK_FALSE(has_name(parse_address(":80").value()));
  CHECK_FALSE(has_name(parse_address("unix:/run/app").value()));
}

}  // namespace weir::net
