#include "upstream/endpoint_set.h"

#include <string_view>
#include <unordered_map>
#include <utility>

namespace weir::upstream {

namespace {

// An endpoint that a set is to have: where it is, and the two names that it may go by.
struct Wanted {
  const EndpointOptions* options = nullptr;
  const net::SocketAddress* at = nullptr;
  std::string text;   // what it is called
  std::string other;  // what it may have been called with more, or fewer, addresses of its name
};

std::vector<Wanted> wanted_of(const std::vector<Resolved>& resolved) {
  std::vector<Wanted> wanted;
  for (const Resolved& one : resolved) {
    for (const net::SocketAddress& at : one.addresses) {
      std::string name = net::to_text(one.options.address);
      std::string ip = one.options.address.is_unix
                           ? name
                           : net::to_text({net::ip_text(at), net::port_of(at), false});
      bool lone = one.addresses.size() == 1;
      wanted.push_back({&one.options, &at, lone ? name : ip, lone ? ip : name});
    }
  }
  return wanted;
}

}  // namespace

base::SharedRef<const EndpointSet> EndpointSet::build(const base::SharedRef<ObservedPool>& pool,
                                                      const std::vector<Resolved>& resolved,
                                                      const EndpointSet* before) {
  std::unordered_map<std::string_view, const Member*> known;
  if (before != nullptr) {
    for (const Member& member : before->members()) known.emplace(member.endpoint->text(), &member);
  }
  std::vector<Wanted> wanted = wanted_of(resolved);
  std::unordered_map<std::string_view, bool> taken;
  for (const Wanted& one : wanted) taken.emplace(one.text, false);
  std::vector<Member> members;
  for (const Wanted& one : wanted) {
    if (std::exchange(taken[one.text], true)) continue;
    const EndpointOptions& options = *one.options;
    Member member{{}, options.weight, options.max_conns, options.backup, options.down};
    auto same = known.find(one.text);
    // A name that moved keeps its text: its address tells that it is another endpoint.
    auto is_there = [&] {
      return same != known.end() && same->second->endpoint->socket_address() == *one.at;
    };
    // A name that got a second address, or lost all but one, keeps the endpoint that stays.
    if (!is_there() && !taken.contains(one.other)) same = known.find(one.other);
    member.endpoint = is_there() ? same->second->endpoint
                                 : base::make_shared_ref<Endpoint>(pool, *one.at, one.text);
    members.push_back(std::move(member));
  }
  return base::make_shared_ref<const EndpointSet>(std::move(members));
}

}  // namespace weir::upstream
