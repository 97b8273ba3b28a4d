#include "http/upgrade.h"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

namespace weir::http {

namespace {

using Pairs = std::vector<std::pair<std::string_view, std::string_view>>;

const std::vector<std::string> kAllowed = {"websocket", "chat/2"};

// A request for an upgrade with these fields.
struct Asked {
  explicit Asked(const Pairs& fields) {
    head.method = Method::kGet;
    head.upgrade = true;
    for (const auto& [name, value] : fields) head.fields.add(arena, name, value);
  }
  [[nodiscard]] UpgradeWish wish() const { return upgrade_wish(head, kAllowed); }

  base::Arena arena;
  RequestHead head;
};

constexpr std::string_view kKey = "dGhlIHNhbXBsZSBub25jZQ==";
constexpr std::string_view kAccept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

Pairs to(std::string_view protocol) { return {{"Upgrade", protocol}}; }

Pairs handshake() {
  return {{"Upgrade", "websocket"}, {"Sec-WebSocket-Key", kKey}, {"Sec-WebSocket-Version", "13"}};
}

ResponseHead answer(base::Arena& arena, const Pairs& fields) {
  ResponseHead head;
  head.status = 101;
  for (const auto& [name, value] : fields) head.fields.add(arena, name, value);
  return head;
}

}  // namespace

TEST_CASE("a WebSocket handshake that RFC 6455 gives as an example is right") {
  Asked asked(handshake());
  CHECK(asked.wish().protocol == "websocket");
  CHECK(asked.wish().reason == Reason::kNone);
  auto accept = web_socket_accept(kKey);
  CHECK(std::string_view(accept.data(), accept.size()) == kAccept);
}

TEST_CASE("protocols are compared without case, and the first that is allowed is picked") {
  CHECK(Asked(to("CHAT/2")).wish().protocol == "chat/2");
  CHECK(Asked(to("h2c, chat/1,Chat/2 , websocket")).wish().protocol == "chat/2");
  CHECK(Asked(Pairs{{"Upgrade", "h2c"}, {"Upgrade", "chat/2"}}).wish().protocol == "chat/2");
  Asked loud(
      {{"Upgrade", "WebSocket"}, {"sec-websocket-key", kKey}, {"SEC-WEBSOCKET-VERSION", "13"}});
  CHECK(loud.wish().protocol == "websocket");
  CHECK(loud.wish().reason == Reason::kNone);
}

TEST_CASE("what is not allowed is no wish") {
  for (std::string_view other : {"h2c", "TLS/1.0", "chat", "chat/20", "websocket/13", ""}) {
    Asked asked(to(other));
    CHECK(asked.wish().protocol.empty());
    CHECK(asked.wish().reason == Reason::kNone);
  }
  CHECK(upgrade_wish(Asked(handshake()).head, {}).protocol.empty());
}

TEST_CASE("each wrong field of a WebSocket handshake is a reason to refuse it") {
  for (std::string_view key : {"", "dGhlIHNhbXBsZSBub25jZQ", "c2hvcnQ=", "dGhlIHNhbXBsZSBub25jZSAg",
                               "dGhlIHNhbXBsZSBub25jZ-=="}) {
    auto fields = handshake();
    fields[1].second = key;
    CHECK(Asked(fields).wish().reason == Reason::kBadUpgrade);
  }
  for (std::size_t left_out : {std::size_t{1}, std::size_t{2}}) {
    auto fields = handshake();
    fields.erase(fields.begin() + static_cast<std::ptrdiff_t>(left_out));
    CHECK(Asked(fields).wish().reason == Reason::kBadUpgrade);
  }
  auto twice = handshake();
  twice.emplace_back("Sec-WebSocket-Key", kKey);
  CHECK(Asked(twice).wish().reason == Reason::kBadUpgrade);
}

TEST_CASE("another version than 13 is told apart, so that the client can be told of 13") {
  for (std::string_view version : {"8", "14", "13, 8", ""}) {
    auto fields = handshake();
    fields[2].second = version;
    CHECK(Asked(fields).wish().reason == Reason::kUpgradeVersion);
  }
  auto twice = handshake();
  twice.emplace_back("Sec-WebSocket-Version", "8");
  CHECK(Asked(twice).wish().reason == Reason::kUpgradeVersion);
}

TEST_CASE("a WebSocket handshake is a GET without a body") {
  Asked post(handshake());
  post.head.method = Method::kPost;
  CHECK(post.wish().reason == Reason::kBadUpgrade);
  Asked chunked(handshake());
  chunked.head.framing = Framing::kChunked;
  CHECK(chunked.wish().reason == Reason::kBadUpgrade);
  Asked length(handshake());
  length.head.framing = Framing::kLength;
  CHECK(length.wish().reason == Reason::kNone);
  length.head.content_length = 1;
  CHECK(length.wish().reason == Reason::kBadUpgrade);
}

TEST_CASE("another protocol is asked for by any method, but not with a body") {
  Asked post(to("chat/2"));
  post.head.method = Method::kPost;
  CHECK(post.wish().protocol == "chat/2");
  post.head.framing = Framing::kChunked;
  CHECK(post.wish().protocol.empty());
  CHECK(post.wish().reason == Reason::kNone);
  Asked head(to("chat/2"));
  head.head.method = Method::kHead;
  CHECK(head.wish().protocol.empty());
}

TEST_CASE("a 101 is a switch when it names the protocol and proves that the key was read") {
  base::Arena arena;
  Asked asked(handshake());
  auto is_right = [&](const Pairs& fields) {
    return is_switch(answer(arena, fields), asked.head, "websocket");
  };
  CHECK(is_right({{"Upgrade", "websocket"}, {"Sec-WebSocket-Accept", kAccept}}));
  CHECK(is_right({{"Upgrade", "WebSocket"}, {"sec-websocket-accept", kAccept}}));
  CHECK_FALSE(is_right({{"Upgrade", "websocket"}}));
  CHECK_FALSE(is_right({{"Upgrade", "websocket"}, {"Sec-WebSocket-Accept", kKey}}));
  CHECK_FALSE(is_right({{"Upgrade", "websocket"},
                        {"Sec-WebSocket-Accept", kAccept},
                        {"Sec-WebSocket-Accept", kAccept}}));
  CHECK_FALSE(is_right({{"Upgrade", "h2c"}, {"Sec-WebSocket-Accept", kAccept}}));
  CHECK_FALSE(is_right({{"Upgrade", "websocket, h2c"}, {"Sec-WebSocket-Accept", kAccept}}));
  CHECK_FALSE(is_right(
      {{"Upgrade", "websocket"}, {"Upgrade", "websocket"}, {"Sec-WebSocket-Accept", kAccept}}));
  CHECK_FALSE(is_right({{"Sec-WebSocket-Accept", kAccept}}));
}

TEST_CASE("a 101 to another protocol has only its name to be right") {
  base::Arena arena;
  Asked asked(to("chat/2"));
  CHECK(is_switch(answer(arena, {{"Upgrade", "CHAT/2"}}), asked.head, "chat/2"));
  CHECK_FALSE(is_switch(answer(arena, {{"Upgrade", "chat/1"}}), asked.head, "chat/2"));
}

TEST_CASE("a protocol is a token, or two with a slash between") {
  for (std::string_view text : {"websocket", "TLS/1.0", "a/b", "x-y_z"}) CHECK(is_protocol(text));
  for (std::string_view text : {"", "/", "a/", "/b", "a/b/c", "a b", "a,b", "a\r\n"}) {
    CHECK_FALSE(is_protocol(text));
  }
}

}  // namespace weir::http
