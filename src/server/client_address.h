#pragma once

#include <string_view>
#include <vector>

#include "http/fields.h"
#include "http/handler.h"
#include "net/address.h"

namespace weir::server {

// The client's address: the peer's, or, where the peer is trusted, the rightmost address in
// X-Forwarded-For that is not trusted itself. Reading stops at the first entry that is no address
// (nginx's real_ip_recursive). The view is into the fields or the peer.
std::string_view client_address(const http::Peer& peer, const http::Fields& fields,
                                const std::vector<net::Cidr>& trusted);

}  // namespace weir::server
