#include "http/upgrade.h"

#include <algorithm>

#include "base/ascii.h"
#include "base/crypto.h"
#include "http/char_class.h"

namespace weir::http {
namespace {

constexpr std::size_t kKeyBytes = 16;
constexpr std::size_t kKeySize = base::base64_size(kKeyBytes);

// The value of the only field of this name; empty where there is none or more than one.
std::string_view only_value(const Fields& fields, std::string_view name) {
  const Field* first = fields.find(name);
  if (first == nullptr) return {};
  bool alone = std::none_of(first + 1, fields.end(), [&](const Field& field) {
    return base::equal_nocase(field.name, name);
  });
  return alone ? first->value : std::string_view();
}

// RFC 6455 section 4.2.1. Origin and the application's own fields are the backend's to judge.
Reason check_web_socket(const RequestHead& head, bool has_body) {
  if (head.method != Method::kGet || has_body) return Reason::kBadUpgrade;
  if (!base::is_base64_of(only_value(head.fields, "Sec-WebSocket-Key"), kKeyBytes)) {
    return Reason::kBadUpgrade;
  }
  if (head.fields.find("Sec-WebSocket-Version") == nullptr) return Reason::kBadUpgrade;
  bool known = only_value(head.fields, "Sec-WebSocket-Version") == kWebSocketVersion;
  return known ? Reason::kNone : Reason::kUpgradeVersion;
}

}  // namespace

bool is_protocol(std::string_view text) {
  std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return !text.empty() && all_in(text, kTokenChar);
  std::string_view name = text.substr(0, slash);
  std::string_view version = text.substr(slash + 1);
  return !name.empty() && !version.empty() && all_in(name, kTokenChar) &&
         all_in(version, kTokenChar);
}

UpgradeWish upgrade_wish(const RequestHead& head, std::span<const std::string> allowed) {
  UpgradeWish wish;
  for (const Field& field : head.fields) {
    if (field.id != Name::kUpgrade) continue;
    base::each_token(field.value, [&](std::string_view protocol) {
      for (const std::string& one : allowed) {
        if (base::equal_nocase(one, protocol)) wish.protocol = one;
      }
      return wish.protocol.empty();
    });
    if (!wish.protocol.empty()) break;
  }
  if (wish.protocol.empty()) return wish;
  bool has_body = head.framing == Framing::kChunked || head.content_length > 0;
  if (base::equal_nocase(wish.protocol, kWebSocket)) {
    wish.reason = check_web_socket(head, has_body);
  } else if (has_body || head.method == Method::kHead) {
    wish.protocol = {};
  }
  return wish;
}

bool is_switch(const ResponseHead& answer, const RequestHead& asked, std::string_view protocol) {
  const Field* upgrade = answer.fields.find(Name::kUpgrade);
  if (upgrade == nullptr || !base::equal_nocase(upgrade->value, protocol)) return false;
  if (only_value(answer.fields, text_of(Name::kUpgrade)).empty()) return false;
  if (!base::equal_nocase(protocol, kWebSocket)) return true;
  auto accept = web_socket_accept(only_value(asked.fields, "Sec-WebSocket-Key"));
  return only_value(answer.fields, "Sec-WebSocket-Accept") ==
         std::string_view(accept.data(), accept.size());
}

std::array<char, 28> web_socket_accept(std::string_view key) {
  constexpr std::string_view kGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  std::array<char, kKeySize + kGuid.size()> text{};
  key = key.substr(0, kKeySize);
  char* end = std::copy(key.begin(), key.end(), text.data());
  end = std::copy(kGuid.begin(), kGuid.end(), end);
  auto digest = base::sha1({text.data(), static_cast<std::size_t>(end - text.data())});
  std::array<char, 28> accept{};
  static_assert(base::base64_size(std::tuple_size_v<base::Sha1>) ==
                std::tuple_size_v<decltype(accept)>);
  base::base64_encode(accept.data(), {reinterpret_cast<const char*>(digest.data()), digest.size()});
  return accept;
}

}  // namespace weir::http
