#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "http/regex.h"
#include "routing/prefix_tree.h"
#include "routing/route_match.h"

namespace weir::routing {

// What a look-up found.
struct Found {
  enum class Kind : std::uint8_t {
    kNone,
    kRoute,          // the route takes the request
    kSlashRedirect,  // answer by 301 to the same path with a "/" behind it, query kept, on behalf
                     // of the route
  };
  Kind kind = Kind::kNone;
  std::size_t route = 0;  // RouteMatch::route; meaningless for kNone

  bool operator==(const Found&) const = default;
};

// Hashes strings and views alike, so that a look-up makes no string.
struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const {
    return std::hash<std::string_view>()(text);
  }
};
template <class T>
using TextMap = std::unordered_map<std::string, T, TextHash, std::equal_to<>>;

// The routes of one host class, searched by path in the order of nginx's location: an exact path;
// else the longest prefix if it is "^~"; else the first regex in file order; else that prefix; else
// a route without path. A route whose conditions do not hold counts as absent. Immutable: any
// number of threads may search.
class PathTable {
 public:
  // `matches` in file order; they must outlive the table. The error is that of a regex.
  static base::Result<PathTable> build(const std::vector<const RouteMatch*>& matches);

  // The route for a path in its normal form. holds(const RouteMatch&) says of each that asks for
  // it, in the order in which they are tried, whether its conditions hold, until it takes one: one
  // that says no to all is told of all. Allocates nothing, but where more than
  // RegexSet::kOneByOneMax regexes are searched and one matches.
  template <class Holds>
  [[nodiscard]] Found search(std::string_view path, Holds holds) const;

  [[nodiscard]] std::uint64_t regex_fallbacks() const { return regexes_.fallbacks(); }

 private:
  // Routes that ask for the same path, those with more conditions first, then in file order.
  using Candidates = std::vector<const RouteMatch*>;
  // What one path, whole, leads to.
  struct Whole {
    Candidates exact;
    Candidates slashed;  // routes that forward, whose path is this one with "/" behind it
  };

  explicit PathTable(http::RegexSet regexes) : regexes_(std::move(regexes)) {}
  [[nodiscard]] const Whole* find_whole(std::string_view path) const {
    if (path.size() > whole_size_max_) return nullptr;
    auto at = wholes_.find(path);
    return at == wholes_.end() ? nullptr : &at->second;
  }
  template <class Holds>
  [[nodiscard]] const RouteMatch* find_prefix(std::string_view path, Holds& holds) const;
  template <class Holds>
  [[nodiscard]] const RouteMatch* find_regex(std::string_view path, Holds& holds) const;
  template <class Holds>
  static const RouteMatch* first(const Candidates& candidates, Holds& holds) {
    for (const RouteMatch* match : candidates) {
      if (holds(*match)) return match;
    }
    return nullptr;
  }
  static Found found(const RouteMatch* match, Found::Kind kind = Found::Kind::kRoute) {
    return match == nullptr ? Found{} : Found{kind, match->route};
  }

  TextMap<Whole> wholes_;
  std::size_t whole_size_max_ = 0;
  PrefixTree prefixes_;
  std::vector<Candidates> by_prefix_;  // by index in prefixes_
  http::RegexSet regexes_;
  std::vector<Candidates> by_regex_;  // by index in regexes_
  Candidates pathless_;
};

template <class Holds>
Found PathTable::search(std::string_view path, Holds holds) const {
  const Whole* whole = find_whole(path);
  if (whole != nullptr) {
    if (const auto* match = first(whole->exact, holds)) return found(match);
  }
  const RouteMatch* prefix = find_prefix(path, holds);
  bool exactly = prefix != nullptr && prefix->path.text.size() == path.size();
  if (whole != nullptr && !exactly) {
    if (const auto* match = first(whole->slashed, holds)) {
      return found(match, Found::Kind::kSlashRedirect);
    }
  }
  if (prefix != nullptr && prefix->path.kind == PathKind::kPreferredPrefix) return found(prefix);
  if (const auto* match = find_regex(path, holds)) return found(match);
  if (prefix != nullptr) return found(prefix);
  return found(first(pathless_, holds));
}

// The first route of the longest prefix that has one whose conditions hold.
template <class Holds>
const RouteMatch* PathTable::find_prefix(std::string_view path, Holds& holds) const {
  auto text = prefixes_.longest(path);
  while (text != PrefixTree::kNone) {
    if (const auto* match = first(by_prefix_[text], holds)) return match;
    text = prefixes_.shorter(text);
  }
  return nullptr;
}

template <class Holds>
const RouteMatch* PathTable::find_regex(std::string_view path, Holds& holds) const {
  const RouteMatch* match = nullptr;
  regexes_.each_match(path, [&](std::size_t index) {
    match = first(by_regex_[index], holds);
    return match != nullptr;
  });
  return match;
}

}  // namespace weir::routing
