#include "cache/believed_site.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "base/ascii.h"
#include "http/host.h"

namespace weir::cache {
namespace {

using http::Name;

constexpr std::size_t kDigits = 20;

// "3:ftp": no two texts have one form, whatever bytes they are of.
std::string_view counted(std::string_view text, base::Arena& arena) {
  char digits[kDigits];
  char* end = base::write_decimal(digits, text.size());
  return arena.join({{digits, static_cast<std::size_t>(end - digits)}, ":", text});
}

std::string_view known_scheme(std::string_view text) {
  for (std::string_view one : {"http", "https"}) {
    if (base::equal_nocase(text, one)) return one;
  }
  return {};
}

bool is_default_port(std::uint64_t port, std::string_view scheme) {
  return port == (scheme == "https" ? 443 : 80);
}

// Empty where it is none.
std::string_view one_spelling(std::string_view authority, std::string_view scheme,
                              base::Arena& arena) {
  http::Host parsed;
  if (http::parse_host(authority, arena, parsed) != http::Reason::kNone) return {};
  auto port = base::parse_decimal(parsed.port);
  if (!port || is_default_port(*port, scheme)) return parsed.host;
  char digits[kDigits];
  char* end = base::write_decimal(digits, *port);
  return arena.join({parsed.host, ":", {digits, static_cast<std::size_t>(end - digits)}});
}

std::size_t count_of(const http::Fields& fields, Name name) {
  std::size_t count = 0;
  for (const http::Field& field : fields) count += field.id == name ? 1 : 0;
  return count;
}

}  // namespace

std::string_view believed_scheme(const http::Request& request, base::Arena& arena) {
  std::string_view own = request.peer.scheme;
  if (!request.peer.trusted) return own;
  const http::Fields& fields = request.head.fields;
  std::string_view said = known_scheme(fields.value(Name::kXForwardedProto));
  if (!said.empty() && count_of(fields, Name::kXForwardedProto) == 1) return said;
  for (const http::Field& field : fields) {
    if (field.id == Name::kXForwardedProto)
      own = arena.join({own, "|", counted(field.value, arena)});
  }
  return own;
}

std::string_view believed_authority(const http::Request& request, base::Arena& arena) {
  const http::RequestHead& head = request.head;
  if (!request.peer.trusted && head.authority == head.host) return head.host;
  std::string_view scheme = believed_scheme(request, arena);
  std::string_view own = one_spelling(head.authority, scheme, arena);
  if (!request.peer.trusted) return own;
  std::string_view all = own;
  for (const http::Field& field : head.fields) {
    if (field.id != Name::kXForwardedHost) continue;
    std::string_view said = one_spelling(field.value, scheme, arena);
    if (said.empty()) said = counted(field.value, arena);
    if (said != own) all = arena.join({all, "|", said});
  }
  return all;
}

bool is_believed_authority(const http::Request& request, std::string_view authority,
                           base::Arena& arena) {
  std::string_view scheme = believed_scheme(request, arena);
  std::string_view asked = one_spelling(authority, scheme, arena);
  if (asked.empty()) return false;
  if (asked == one_spelling(request.head.authority, scheme, arena)) return true;
  if (!request.peer.trusted) return false;
  const http::Fields& fields = request.head.fields;
  return std::any_of(fields.begin(), fields.end(), [&](const http::Field& field) {
    return field.id == Name::kXForwardedHost && asked == one_spelling(field.value, scheme, arena);
  });
}

}  // namespace weir::cache
