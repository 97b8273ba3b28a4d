#pragma once

#include <cstdint>
#include <string_view>

#include "http/handler.h"
#include "upstream/options.h"

namespace weir::proxy {

// The hash of what the request is balanced by (YAML: balance), for Pool::pick; 0 where the way to
// balance asks for nothing, or the request has nothing of it. What has to be put together comes
// from the request's arena.
std::uint64_t balance_key(const upstream::BalanceOptions& balance, const http::Request& request);

// The part of a client's address that ip_hash goes by, as nginx's: the first three octets of IPv4,
// all of IPv6; of anything else all of it.
std::string_view client_network(std::string_view client);

}  // namespace weir::proxy
