#include "routing/router.h"

#include <algorithm>
#include <cassert>
#include <string>
#include <utility>

namespace weir::routing {
namespace {

using Matches = std::vector<const RouteMatch*>;

// The routes by host class, each in file order.
struct Classes {
  TextMap<Matches> hosts;
  TextMap<Matches> wildcards;
  Matches any;
};

Classes sort_by_host(const std::vector<RouteMatch>& matches) {
  Classes classes;
  for (const RouteMatch& match : matches) {
    if (match.hosts.empty()) classes.any.push_back(&match);
    for (const HostPattern& host : match.hosts) {
      Matches& members = (host.wildcard ? classes.wildcards : classes.hosts)[host.text];
      // A host that the route names twice.
      if (members.empty() || members.back() != &match) members.push_back(&match);
    }
  }
  return classes;
}

bool asks_method(const RouteMatch& match) {
  return std::any_of(match.conditions.begin(), match.conditions.end(), [](const auto& condition) {
    return std::holds_alternative<MethodIn>(condition.test);
  });
}

// Makes a table of each class.
base::Result<TextMap<PathTable>> make_tables(const TextMap<Matches>& classes) {
  TextMap<PathTable> tables;
  for (const auto& [host, members] : classes) {
    auto table = PathTable::build(members);
    if (!table) return table.error();
    tables.emplace(host, std::move(table.value()));
  }
  return tables;
}

}  // namespace

base::Result<Router> Router::build(std::vector<RouteMatch> matches) {
  Router router;
  router.matches_ = std::move(matches);
  router.asks_methods_ = std::any_of(router.matches_.begin(), router.matches_.end(), asks_method);
  Classes classes = sort_by_host(router.matches_);
  auto hosts = make_tables(classes.hosts);
  if (!hosts) return hosts.error();
  auto wildcards = make_tables(classes.wildcards);
  if (!wildcards) return wildcards.error();
  router.hosts_ = std::move(hosts.value());
  router.wildcards_ = std::move(wildcards.value());
  router.host_index_ = TextIndex<PathTable>(router.hosts_);
  router.wildcard_index_ = TextIndex<PathTable>(router.wildcards_);
  if (!classes.any.empty()) {
    auto table = PathTable::build(classes.any);
    if (!table) return table.error();
    router.any_ = std::make_unique<PathTable>(std::move(table.value()));
  }
  return router;
}

template <class Holds>
Found Router::search(const http::RequestHead& head, Holds holds) const {
  std::string_view host = head.host;
  std::string_view path = head.normal_path;
  Found found;
  if (const PathTable* table = host.empty() ? nullptr : host_index_.find(host)) {
    found = table->search(path, holds);
  }
  // From the longest domain to the shortest. Domains longer than any that is known are passed over
  // unseen, which bounds what a host of a thousand dots costs. The first byte may not be the dot:
  // "*" stands for something.
  std::size_t from = 1;
  std::size_t longest = wildcard_index_.longest();
  if (host.size() > longest) from = std::max(from, host.size() - longest);
  if (!wildcards_.empty()) {
    for (auto dot = host.find('.', from);
         found.kind == Found::Kind::kNone && dot != std::string_view::npos;
         dot = host.find('.', dot + 1)) {
      if (const PathTable* table = wildcard_index_.find(host.substr(dot))) {
        found = table->search(path, holds);
      }
    }
  }
  if (found.kind == Found::Kind::kNone && any_ != nullptr) found = any_->search(path, holds);
  return found;
}

Found Router::find(const http::Request& request) const {
  return search(request.head, [&](const Candidate& candidate) { return candidate.holds(request); });
}

std::string_view Router::allow(const http::Request& request) const {
  if (!asks_methods_) return {};
  MethodSet allowed;
  [[maybe_unused]] Found none = search(request.head, [&](const Candidate& candidate) {
    if (const MethodSet* methods = candidate.match->refused_method(request)) allowed.add(*methods);
    return false;
  });
  assert(none.kind == Found::Kind::kNone);
  return allowed.text(*request.arena);
}

std::vector<const RouteMatch*> Router::candidates(const http::Request& request) const {
  std::vector<const RouteMatch*> all;
  [[maybe_unused]] Found none = search(request.head, [&](const Candidate& candidate) {
    all.push_back(candidate.match);
    return false;
  });
  assert(none.kind == Found::Kind::kNone);
  return all;
}

Refusal Router::refusal(const http::Request& request) const {
  return refusal_of(matches_, candidates(request), request);
}

std::uint64_t Router::regex_fallbacks() const {
  std::uint64_t sum = any_ == nullptr ? 0 : any_->regex_fallbacks();
  for (const auto& [host, table] : hosts_) sum += table.regex_fallbacks();
  for (const auto& [host, table] : wildcards_) sum += table.regex_fallbacks();
  return sum;
}

}  // namespace weir::routing
