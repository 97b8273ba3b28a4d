#include "proxy/balance_key.h"

#include "base/hash.h"

namespace weir::proxy {

using upstream::BalanceBy;

namespace {

// 0 says that there is no key.
std::uint64_t key_of(std::string_view text) {
  if (text.empty()) return 0;
  std::uint64_t hash = base::hash_of(text);
  return hash == 0 ? 1 : hash;
}

}  // namespace

std::uint64_t balance_key(const upstream::BalanceOptions& balance, const http::Request& request) {
  switch (balance.by) {
    case BalanceBy::kHash:
      return key_of(balance.key.render(request, *request.arena));
    case BalanceBy::kIpHash:
      return key_of(client_network(request.client));
    case BalanceBy::kRoundRobin:
    case BalanceBy::kLeastConn:
    case BalanceBy::kP2c:
      break;
  }
  return 0;
}

std::string_view client_network(std::string_view client) {
  bool is_v4 = client.find(':') == std::string_view::npos;
  return is_v4 ? client.substr(0, client.rfind('.')) : client;
}

}  // namespace weir::proxy
