#include "config/complete.h"

#include <utility>

#include "config/print.h"

namespace weir::config {

namespace {

Node made_text(std::string text) {
  Node node;
  node.kind = Node::Kind::kText;
  node.place = kMade;
  node.text = std::move(text);
  return node;
}

void add_first(Node& map, std::string key, std::string value) {
  map.keys.insert(map.keys.begin(), made_text(std::move(key)));
  map.items.insert(map.items.begin(), made_text(std::move(value)));
}

// The route to the one upstream.
Node implied_route(const Config& config) {
  Node routes;
  routes.kind = Node::Kind::kMap;
  routes.place = kMade;
  for (const RouteConfig& route : config.routes) {
    if (const auto* action = std::get_if<UpstreamAction>(&route.action))
      add_first(routes, "upstream", action->upstream);
  }
  return routes;
}

}  // namespace

void complete(Node& root, const Config& config) {
  std::size_t at = 0;
  while (at < root.keys.size() && root.keys[at].text != "routes") ++at;
  if (at == root.keys.size()) {
    root.keys.push_back(made_text("routes"));
    root.items.emplace_back();
  }
  Node& routes = root.items[at];
  bool is_empty =
      routes.is(Node::Kind::kEmpty) || (routes.is(Node::Kind::kList) && routes.items.empty());
  if (is_empty) routes = implied_route(config);
  bool is_list = routes.is(Node::Kind::kList);
  for (std::size_t i = 0; i < config.routes.size(); ++i) {
    Node& route = is_list ? routes.items[i] : routes;
    if (route.find("name") == nullptr) add_first(route, "name", config.routes[i].match.name);
  }
}

}  // namespace weir::config
