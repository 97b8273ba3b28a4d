#include <string>
#include <utility>

#include "config/sections.h"
#include "config/values.h"

namespace weir::config {

namespace {

using net::ResolverOptions;

constexpr std::size_t kServersMax = 8;
constexpr std::uint16_t kDnsPort = 53;

// "10.0.0.2", "10.0.0.2:5353", "::1", "[::1]:5353".
bool read_server(Scope& scope, const KeyInfo& key, const Node& node, net::SocketAddress& server) {
  const std::string* text = read_text(scope, key.name, wants_text(key.shape), node);
  if (text == nullptr) return false;
  base::Result<net::Address> address = net::Address{*text, kDnsPort, false};
  if (!net::is_ip(*text)) address = net::parse_address(*text, false);
  if (address && address.value().port == 0) address.value().port = kDnsPort;
  if (address && !address.value().is_unix) {
    if (auto literal = net::literal(address.value())) {
      server = literal.value();
      return true;
    }
  }
  bool is_name = address && net::has_name(address.value());
  scope.wants(node.place, key.name, wants_text(key.shape), quoted(*text) + " is no IP address",
              is_name ? "who would resolve its name?" : "");
  return false;
}

void read_servers(Scope& scope, const KeyInfo& key, const Node& node, ResolverOptions& options) {
  if (node.is(Node::Kind::kText) && node.text == "system") return options.servers.clear();
  std::size_t entries = 0;
  for (const Node& entry : read_entries(scope, key.name, wants_text(key.shape), node)) {
    if (++entries > kServersMax) {
      return scope.error(entry.place,
                         "'servers' has more than " + std::to_string(kServersMax) + " entries");
    }
    net::SocketAddress server;
    if (read_server(scope, key, entry, server)) options.servers.push_back(server);
  }
  if (node.is(Node::Kind::kList) && node.items.empty())
    scope.wants(node.place, key.name, wants_text(key.shape), "the list is empty");
}

constexpr std::string_view kSystem[] = {"system"};
constexpr Shape kServer = text("an IP address such as 10.0.0.2 or \"127.0.0.1:5353\"");
constexpr Shape kServersShapes[] = {choice(kSystem), list("a list of IP addresses", kServer, 1)};

constexpr Key<ResolverOptions> kResolverKeys[] = {
    {{"servers", "the DNS servers that are asked, in this order; system: those of /etc/resolv.conf",
      "system",
      any_of("system, or a list of IP addresses such as [10.0.0.2, \"127.0.0.1:5353\"]",
             kServersShapes)},
     read_servers},
    {{"timeout", "the longest time that a name's look-up takes", "5s", duration(100, 60 * kSecond)},
     into<&ResolverOptions::timeout>},
    {{"ttl_min", "an answer is kept for this long at least", "1s", duration(100, kDay)},
     into<&ResolverOptions::ttl_min>},
    {{"ttl_max", "an answer is kept for this long at most", "5m", duration(100, kDay)},
     into<&ResolverOptions::ttl_max>},
};

}  // namespace

Section resolver_section() { return {.name = "resolver", .keys = infos_of(kResolverKeys)}; }

void read_resolver(Scope& scope, const KeyInfo& key, const Node& node, Draft& draft) {
  Scope inside = scope.inside("'resolver'");
  ResolverOptions& options = draft.config.resolver;
  read_section(inside, key, node, kResolverKeys, options);
  if (options.ttl_min <= options.ttl_max) return;
  const Node* least = node.find("ttl_min");
  scope.error(least == nullptr ? node.place : least->place,
              "'ttl_min' is longer than 'ttl_max': " + duration_text(options.ttl_min) + " and " +
                  duration_text(options.ttl_max));
}

}  // namespace weir::config
