#include <array>
#include <string>
#include <utility>

#include "base/ascii.h"
#include "config/sections.h"

namespace weir::config {

namespace {

// Who can reach the listener is on this machine.
bool is_local(const net::Address& address) {
  if (address.is_unix || base::equal_nocase(address.host, "localhost")) return true;
  for (std::string_view text : {"127.0.0.0/8", "::1"}) {
    auto block = net::Cidr::parse(text);
    if (block && block.value().contains(address.host)) return true;
  }
  return false;
}

void read_admin_listen(Scope& scope, const KeyInfo& key, const Node& node, Draft& draft) {
  auto address = read_address(scope, key, node);
  if (!address) return;
  // A bare port means this machine here, not all interfaces.
  if (base::parse_decimal(node.text)) address->host = "127.0.0.1";
  if (!is_local(*address)) {
    return scope.error(
        node.place,
        "the admin listener must be on a loopback address or a unix socket: it asks nobody who "
        "they are",
        "write \"127.0.0.1:" + std::to_string(address->port) + "\"");
  }
  draft.config.admin = std::move(*address);
}

constexpr Key<Draft> kAdminKeys[] = {
    {{"listen", "where the admin listener listens: loopback or a unix socket", "",
      text("a port, a loopback address such as \"127.0.0.1:9900\", or unix:/run/weir-admin.sock",
           kListenPattern),
      Trait::kRequired},
     read_admin_listen},
};

}  // namespace

Section admin_section() {
  return {.name = "admin", .keys = infos_of(kAdminKeys), .bare = "listen"};
}

void read_admin(Scope& scope, const KeyInfo& key, const Node& node, Draft& draft) {
  if (node.is(Node::Kind::kText)) {
    KeyInfo bare = kAdminKeys[0].info;
    bare.name = key.name;
    return read_admin_listen(scope, bare, node, draft);
  }
  Scope inside = scope.inside("'admin'");
  if (!expect_map(scope, key.name, wants_text(key.shape), node)) return;
  read_map(inside, node, kAdminKeys, draft);
  if (node.find("listen") == nullptr)
    scope.error(node.place, "'admin' has no 'listen'; write for example admin: 9900");
}

}  // namespace weir::config
