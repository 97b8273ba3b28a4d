#include "proxy/location.h"

#include <algorithm>

#include "base/ascii.h"
#include "proxy/request_sender.h"

namespace weir::proxy {

namespace {

constexpr std::string_view kScheme = "http://";

// Without the port that http has anyway.
std::string_view without_default_port(std::string_view authority) {
  constexpr std::string_view kPort = ":80";
  if (authority.ends_with(kPort)) authority.remove_suffix(kPort.size());
  return authority;
}

bool same_authority(std::string_view one, std::string_view other) {
  return base::equal_nocase(without_default_port(one), without_default_port(other));
}

// What the client is told in place of `location`; empty: that itself.
std::string_view mapped(std::string_view location, const http::Request& request,
                        const ProxyOptions& options, std::string_view endpoint) {
  std::string_view own = request.head.authority;
  if (own.empty() || location.size() <= kScheme.size() ||
      !base::equal_nocase(location.substr(0, kScheme.size()), kScheme)) {
    return {};
  }
  std::string_view rest = location.substr(kScheme.size());
  std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
  rest.remove_prefix(authority.size());
  std::string_view sent = sent_host(request, options, endpoint);
  bool meant = same_authority(authority, endpoint) ||
               (same_authority(authority, sent) && !same_authority(sent, own));
  if (!meant) return {};
  std::string_view path = rest.substr(0, rest.find_first_of("?#"));
  rest.remove_prefix(path.size());
  if (options.rewrite != nullptr) {
    path = options.rewrite->undo(path.empty() ? "/" : path, *request.arena);
  }
  return request.arena->join({request.peer.scheme, "://", own, path, rest});
}

}  // namespace

void map_location(http::Fields& fields, const http::Request& request, const ProxyOptions& options,
                  std::string_view endpoint) {
  const http::Field* location = fields.find(http::Name::kLocation);
  if (location == nullptr) return;
  std::string_view to = mapped(location->value, request, options, endpoint);
  if (to.empty()) return;
  http::Fields changed;
  for (const http::Field& field : fields) {
    bool replaced = &field == location;
    changed.add(*request.arena, {field.name, replaced ? to : field.value, field.id});
  }
  fields = changed;
}

}  // namespace weir::proxy
