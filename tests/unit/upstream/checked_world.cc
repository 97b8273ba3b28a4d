#include "unit/upstream/checked_world.h"

#include <utility>

namespace weir::upstream {

CheckedWorld::CheckedWorld() {
  options.name = "api";
  options.health_check.emplace();
}

base::SharedRef<Endpoint> CheckedWorld::endpoint(std::uint16_t port) {
  auto& known = endpoints[port];
  if (!known) {
    known = base::make_shared_ref<Endpoint>(observed, memory::memory_address(port),
                                            "127.0.0.1:" + std::to_string(port));
  }
  return known;
}

void CheckedWorld::apply(const std::vector<std::uint16_t>& ports) {
  std::vector<Member> members;
  for (std::uint16_t port : ports) members.push_back({endpoint(port)});
  apply_members(std::move(members));
  settle();
}

void CheckedWorld::apply_members(std::vector<Member> members) {
  for (const Member& member : members) endpoint(net::port_of(member.endpoint->socket_address()));
  checks.apply(observed, options, base::make_shared_ref<const EndpointSet>(std::move(members)));
}

bool CheckedWorld::play() {
  bool played = false;
  for (const auto& [port, endpoint] : endpoints) {
    auto& times = begins[port];
    while (times.size() < connector.connects(port))
      times.push_back((time.now() - beginning_) / 1'000'000);
    auto& next = answered[port];
    for (; next < times.size(); ++next) {
      memory::MemoryPeer& peer = connector.peer(port, next);
      if (peer.closed()) continue;
      if (peer.received().find("\r\n\r\n") == std::string::npos) break;
      auto answer = answers.find(port);
      std::string bytes = answer == answers.end() ? kOk : answer->second;
      if (!bytes.empty()) peer.send(bytes);
      played = true;
    }
  }
  return played;
}

void CheckedWorld::settle() {
  do {
    network.run();
  } while (play());
}

void CheckedWorld::run(base::Duration by) {
  for (base::Duration::rep i = 0; i < by.count(); ++i) {
    time.advance(base::Duration{1});
    settle();
  }
}

void CheckedWorld::on_health_change(const HealthChange& change) {
  std::string text = std::to_string(net::port_of(change.endpoint.socket_address()));
  bool up = change.record.health() == Health::kUp;
  text +=
      up ? " up" : " down " + change.record.reason() + " " + std::to_string(change.record.row());
  heard.push_back(std::move(text));
}

}  // namespace weir::upstream
