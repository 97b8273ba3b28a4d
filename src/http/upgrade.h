#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>

#include "http/failure.h"
#include "http/message.h"

namespace weir::http {

// Changing the protocol of a connection (RFC 9110 section 7.8), and the one handshake that weir
// knows: that of WebSocket, version 13 (RFC 6455 section 4). Pure; any thread.

inline constexpr std::string_view kWebSocket = "websocket";
inline constexpr std::string_view kWebSocketVersion = "13";

// The text can be a protocol in an Upgrade field: a token, or two joined by a slash.
bool is_protocol(std::string_view text);

// What becomes of a client's wish for another protocol.
struct UpgradeWish {
  // The first of the client's protocols that is allowed, as written in `allowed`; empty: none, the
  // request goes on as if it had no Upgrade, as a server may always do.
  std::string_view protocol;
  // kBadUpgrade, kUpgradeVersion: it is a WebSocket handshake and a wrong one, to be refused.
  Reason reason = Reason::kNone;
};

// Of a request with head.upgrade. Protocols are compared without case. Only a request without a
// body can change its connection's protocol: nothing must be under way on it.
UpgradeWish upgrade_wish(const RequestHead& head, std::span<const std::string> allowed);

// A 101 `answer` names `protocol` and nothing else, and where that is WebSocket it proves that it
// has read the key of `asked`.
bool is_switch(const ResponseHead& answer, const RequestHead& asked, std::string_view protocol);

// What Sec-WebSocket-Accept must say to a Sec-WebSocket-Key (RFC 6455 section 4.2.2).
std::array<char, 28> web_socket_accept(std::string_view key);

}  // namespace weir::http
