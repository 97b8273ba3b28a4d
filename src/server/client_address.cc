#include "server/client_address.h"

#include "base/ascii.h"

namespace weir::server {

namespace {

bool is_trusted(std::string_view ip, const std::vector<net::Cidr>& trusted) {
  for (const auto& block : trusted) {
    if (block.contains(ip)) return true;
  }
  return false;
}

}  // namespace

std::string_view client_address(const http::Peer& peer, const http::Fields& fields,
                                const std::vector<net::Cidr>& trusted) {
  std::string_view client = peer.address;
  if (!peer.trusted) return client;
  for (const http::Field* line = fields.end(); line != fields.begin();) {
    --line;
    if (line->id != http::Name::kXForwardedFor) continue;
    std::string_view rest = line->value;
    while (!rest.empty()) {
      auto comma = rest.rfind(',');
      auto entry = base::trim(comma == std::string_view::npos ? rest : rest.substr(comma + 1));
      if (!net::is_ip(entry)) return client;
      client = entry;
      if (!is_trusted(entry, trusted)) return client;
      if (comma == std::string_view::npos) break;
      rest = rest.substr(0, comma);
    }
  }
  return client;
}

}  // namespace weir::server
