#include <algorithm>
#include <string>
#include <utility>

#include "config/sections.h"

namespace weir::config {

namespace {

// An entry of listen while it is read.
struct ListenerDraft {
  ListenerConfig config;
  Place place;
  bool ok = false;
};

void read_listener_address(Scope& scope, const KeyInfo& key, const Node& node,
                           ListenerDraft& draft) {
  auto address = read_address(scope, key, node);
  if (!address) return;
  draft.config.address = std::move(*address);
  draft.place = node.place;
  draft.ok = true;
}

void read_connections(Scope& scope, const KeyInfo& key, const Node& node, ListenerDraft& draft) {
  read_number(scope, key, node, draft.config.connections);
}

constexpr Key<ListenerDraft> kListenerKeys[] = {
    {{"address", "where to listen; port 0: the kernel picks one", "",
      text("an address such as 8080, \"127.0.0.1:8080\", \"[::1]:8080\" or unix:/run/weir.sock",
           kListenPattern),
      Trait::kRequired},
     read_listener_address},
    {{"connections", "open connections of this listener at most; 0: only limits.connections", "0",
      integer(0, 10'000'000)},
     read_connections},
};

ListenerDraft read_listener(Scope& scope, const KeyInfo& key, const Node& node) {
  ListenerDraft draft;
  draft.place = node.place;
  if (node.is(Node::Kind::kMap)) {
    Scope inside = scope.inside("a listener");
    read_map(inside, node, kListenerKeys, draft);
    if (node.find("address") == nullptr) {
      scope.error(node.place, "this listener has no 'address'; write for example {address: 8080}");
    }
  } else if (node.is(Node::Kind::kText)) {
    read_listener_address(scope, kListenerKeys[0].info, node, draft);
  } else if (!node.is(Node::Kind::kBroken)) {
    scope.wants(node.place, key.name, key.shape.wants, kind_text(node));
  }
  return draft;
}

}  // namespace

Section listener_section() {
  return {.name = "listener", .keys = infos_of(kListenerKeys), .bare = "address"};
}

void read_listen(Scope& scope, const KeyInfo& key, const Node& node, Draft& draft) {
  auto& listeners = draft.config.listeners;
  std::vector<Place> places;
  for (const Node& entry : read_entries(scope, key.name, key.shape.wants, node)) {
    ListenerDraft listener = read_listener(scope, key, entry);
    if (!listener.ok) {
      draft.listen_broken = true;
      continue;
    }
    const net::Address& address = listener.config.address;
    auto same = std::find_if(listeners.begin(), listeners.end(), [&](const ListenerConfig& other) {
      return other.address == address && (address.is_unix || address.port != 0);
    });
    if (same != listeners.end()) {
      Place first = places[static_cast<std::size_t>(same - listeners.begin())];
      scope.error(listener.place,
                  "the listener " + quoted(net::to_text(address)) + " is given twice",
                  "first in " + scope.files().line_text(first, listener.place));
      continue;
    }
    listeners.push_back(std::move(listener.config));
    places.push_back(listener.place);
  }
  if (node.is(Node::Kind::kList) && node.items.empty())
    scope.wants(node.place, key.name, key.shape.wants, "the list is empty");
  if (listeners.empty()) draft.listen_broken = true;
}

void read_trusted_proxies(Scope& scope, const KeyInfo& key, const Node& node, Draft& draft) {
  for (const Node& entry : read_entries(scope, key.name, key.shape.wants, node)) {
    const std::string* text = read_text(scope, key.name, key.shape.wants, entry);
    if (text == nullptr) continue;
    auto block = net::Cidr::parse(*text);
    if (block) {
      draft.config.trusted_proxies.push_back(block.value());
    } else {
      scope.error(entry.place, block.error().text);
    }
  }
}

}  // namespace weir::config
