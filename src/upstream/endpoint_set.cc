#include "upstream/endpoint_set.h"

#include <string_view>
#include <unordered_map>
#include <utility>

namespace weir::upstream {

base::SharedRef<const EndpointSet> EndpointSet::build(const base::SharedRef<ObservedPool>& pool,
                                                      const std::vector<Resolved>& resolved,
                                                      const EndpointSet* before) {
  std::unordered_map<std::string_view, const Member*> known;
  if (before != nullptr) {
    for (const Member& member : before->members()) known.emplace(member.endpoint->text(), &member);
  }
  std::vector<Member> members;
  std::unordered_map<std::string_view, std::size_t> taken;
  for (const Resolved& one : resolved) {
    const EndpointOptions& options = one.options;
    for (const net::SocketAddress& at : one.addresses) {
      std::string text = one.addresses.size() == 1
                             ? net::to_text(options.address)
                             : net::to_text({net::ip_text(at), net::port_of(at), false});
      if (taken.contains(text)) continue;
      Member member{{}, options.weight, options.max_conns, options.backup, options.down};
      auto same = known.find(text);
      // A name that moved keeps its text: its address tells that it is another endpoint.
      bool stays = same != known.end() && same->second->endpoint->socket_address() == at;
      member.endpoint = stays ? same->second->endpoint
                              : base::make_shared_ref<Endpoint>(pool, at, std::move(text));
      taken.emplace(member.endpoint->text(), members.size());
      members.push_back(std::move(member));
    }
  }
  return base::make_shared_ref<const EndpointSet>(std::move(members));
}

}  // namespace weir::upstream
