#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/regex.h"
#include "routing/prefix_tree.h"
#include "routing/route_match.h"
#include "routing/text_index.h"

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

// A route among those of a path, with what a search asks of it: its match lies elsewhere, and is
// looked at for conditions alone.
struct Candidate {
  const RouteMatch* match = nullptr;
  std::size_t route = 0;
  std::uint32_t path_size = 0;
  bool preferred = false;    // "^~"
  bool conditional = false;  // there are conditions

  [[nodiscard]] bool holds(const http::Request& request) const {
    return !conditional || match->holds(request);
  }
};

// The routes of one host class, searched by path in the order of nginx's location: an exact path;
// else the longest prefix if it is "^~"; else the first regex in file order; else that prefix; else
// a route without path. A route whose conditions do not hold counts as absent. Immutable: any
// number of threads may search.
class PathTable {
 public:
  // `matches` in file order; they must outlive the table. The error is that of a regex.
  static base::Result<PathTable> build(const std::vector<const RouteMatch*>& matches);

  // The route for a path in its normal form. holds(const Candidate&) says of each that asks for
  // it, in the order in which they are tried, whether its conditions hold, until it takes one: one
  // that says no to all is told of all. Allocates nothing, but where more than
  // RegexSet::kOneByOneMax regexes are searched and one matches.
  template <class Holds>
  [[nodiscard]] Found search(std::string_view path, Holds holds) const;

  [[nodiscard]] std::uint64_t regex_fallbacks() const { return regexes_.fallbacks(); }

 private:
  // Routes that ask for the same path, those with more conditions first, then in file order. Most
  // paths have one, which is why the first lies here.
  struct Candidates {
    Candidates() = default;
    // In this order; takes the matches' own for it.
    explicit Candidates(std::vector<const RouteMatch*> matches);

    Candidate first;  // without a match: there is none
    std::vector<Candidate> rest;
  };
  // What one path, whole, leads to.
  struct Whole {
    Candidates exact;
    Candidates slashed;  // routes that forward, whose path is this one with "/" behind it
  };

  explicit PathTable(http::RegexSet regexes) : regexes_(std::move(regexes)) {}
  template <class Holds>
  [[nodiscard]] const Candidate* find_prefix(std::string_view path, Holds& holds) const;
  template <class Holds>
  [[nodiscard]] const Candidate* find_regex(std::string_view path, Holds& holds) const;
  template <class Holds>
  static const Candidate* first(const Candidates& candidates, Holds& holds) {
    if (candidates.first.match == nullptr) return nullptr;
    if (holds(candidates.first)) return &candidates.first;
    for (const Candidate& candidate : candidates.rest) {
      if (holds(candidate)) return &candidate;
    }
    return nullptr;
  }
  static Found found(const Candidate* candidate, Found::Kind kind = Found::Kind::kRoute) {
    return candidate == nullptr ? Found{} : Found{kind, candidate->route};
  }

  TextMap<Whole> wholes_;
  TextIndex<Whole> whole_index_;
  PrefixTree prefixes_;
  std::vector<Candidates> by_prefix_;  // by index in prefixes_
  http::RegexSet regexes_;
  std::vector<Candidates> by_regex_;  // by index in regexes_
  Candidates pathless_;
};

template <class Holds>
Found PathTable::search(std::string_view path, Holds holds) const {
  const Whole* whole = whole_index_.find(path);
  if (whole != nullptr) {
    if (const auto* taker = first(whole->exact, holds)) return found(taker);
  }
  const Candidate* prefix = find_prefix(path, holds);
  bool exactly = prefix != nullptr && prefix->path_size == path.size();
  if (whole != nullptr && !exactly) {
    if (const auto* taker = first(whole->slashed, holds)) {
      return found(taker, Found::Kind::kSlashRedirect);
    }
  }
  if (prefix != nullptr && prefix->preferred) return found(prefix);
  if (const auto* taker = find_regex(path, holds)) return found(taker);
  if (prefix != nullptr) return found(prefix);
  return found(first(pathless_, holds));
}

// The first route of the longest prefix that has one whose conditions hold.
template <class Holds>
const Candidate* PathTable::find_prefix(std::string_view path, Holds& holds) const {
  auto text = prefixes_.longest(path);
  while (text != PrefixTree::kNone) {
    if (const auto* taker = first(by_prefix_[text], holds)) return taker;
    text = prefixes_.shorter(text);
  }
  return nullptr;
}

template <class Holds>
const Candidate* PathTable::find_regex(std::string_view path, Holds& holds) const {
  if (by_regex_.empty()) return nullptr;
  const Candidate* taker = nullptr;
  regexes_.each_match(path, [&](std::size_t index) {
    taker = first(by_regex_[index], holds);
    return taker != nullptr;
  });
  return taker;
}

}  // namespace weir::routing
