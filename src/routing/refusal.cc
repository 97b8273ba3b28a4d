#include "routing/refusal.h"

#include <algorithm>

#include "base/ascii.h"

namespace weir::routing {
namespace {

// Bytes that two texts share at their beginning, case aside.
std::size_t shared_beginning(std::string_view a, std::string_view b) {
  std::size_t size = 0;
  auto most = std::min(a.size(), b.size());
  while (size < most && base::lower(a[size]) == base::lower(b[size])) ++size;
  return size;
}

// The same at their end.
std::size_t shared_end(std::string_view a, std::string_view b) {
  std::size_t size = 0;
  auto most = std::min(a.size(), b.size());
  while (size < most && a[a.size() - 1 - size] == b[b.size() - 1 - size]) ++size;
  return size;
}

// Takes the path; regexes are not asked, for there may be thousands.
bool takes_path(const PathPattern& pattern, std::string_view path) {
  switch (pattern.kind) {
    case PathKind::kAny:
      return true;
    case PathKind::kExact:
      return path == pattern.text;
    case PathKind::kPrefix:
    case PathKind::kPreferredPrefix:
      return path.starts_with(pattern.text);
    case PathKind::kRegex:
    case PathKind::kRegexNoCase:
      return false;
  }
  return false;
}

std::size_t count_failing(const RouteMatch& match, const http::Request& request) {
  return static_cast<std::size_t>(
      std::count_if(match.conditions.begin(), match.conditions.end(),
                    [&](const Condition& condition) { return !condition.holds(request); }));
}

// The one with the fewest conditions that fail, of equals the one that was asked first.
const RouteMatch* nearest_by_conditions(std::span<const RouteMatch* const> candidates,
                                        const http::Request& request) {
  return *std::min_element(candidates.begin(), candidates.end(), [&](const auto* a, const auto* b) {
    return count_failing(*a, request) < count_failing(*b, request);
  });
}

// Of those for the host the one whose path begins most alike; null: none shares more than the first
// slash.
const RouteMatch* nearest_by_path(std::span<const RouteMatch> matches,
                                  const http::Request& request) {
  const RouteMatch* nearest = nullptr;
  std::size_t most = 1;
  for (const RouteMatch& match : matches) {
    if (match.path.is_regex() || !takes_host(match, request.head.host)) continue;
    auto shared = shared_beginning(match.path.text, request.head.normal_path);
    if (shared <= most) continue;
    most = shared;
    nearest = &match;
  }
  return nearest;
}

// Of all the one whose host ends most alike; of equals one that takes the path.
const RouteMatch* nearest_by_host(std::span<const RouteMatch> matches,
                                  const http::Request& request) {
  const RouteMatch* nearest = nullptr;
  std::size_t most = 0;
  for (const RouteMatch& match : matches) {
    std::size_t shared = 0;
    for (const HostPattern& host : match.hosts)
      shared = std::max(shared, shared_end(host.text, request.head.host));
    auto score = 2 * shared + (takes_path(match.path, request.head.normal_path) ? 1 : 0);
    if (nearest != nullptr && score <= most) continue;
    most = score;
    nearest = &match;
  }
  return nearest;
}

}  // namespace

bool takes_host(const RouteMatch& match, std::string_view host) {
  if (match.hosts.empty()) return true;
  return std::any_of(match.hosts.begin(), match.hosts.end(), [host](const HostPattern& pattern) {
    if (!pattern.wildcard) return host == pattern.text;
    return host.size() > pattern.text.size() && host.ends_with(pattern.text);
  });
}

const Condition* first_failing(const RouteMatch& match, const http::Request& request) {
  for (const Condition& condition : match.conditions) {
    if (!condition.holds(request)) return &condition;
  }
  return nullptr;
}

Refusal refusal_of(std::span<const RouteMatch> matches,
                   std::span<const RouteMatch* const> candidates, const http::Request& request) {
  if (!candidates.empty()) {
    const RouteMatch* nearest = nearest_by_conditions(candidates, request);
    return {Refusal::At::kCondition, nearest, first_failing(*nearest, request)};
  }
  bool has_host = std::any_of(matches.begin(), matches.end(), [&](const RouteMatch& match) {
    return takes_host(match, request.head.host);
  });
  if (has_host) return {Refusal::At::kPath, nearest_by_path(matches, request), nullptr};
  return {Refusal::At::kHost, nearest_by_host(matches, request), nullptr};
}

}  // namespace weir::routing
