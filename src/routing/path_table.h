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
#include "routing/condition.h"
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

  // The route for asked.head.normal_path. Allocates nothing, but where more than
  // RegexSet::kOneByOneMax regexes are searched and one matches.
  [[nodiscard]] Found find(const Asked& asked) const;

  [[nodiscard]] std::uint64_t regex_fallbacks() const { return regexes_.fallbacks(); }

 private:
  // Routes that ask for the same path, in the order in which they are tried.
  using Candidates = std::vector<const RouteMatch*>;
  // What one path, whole, leads to.
  struct Whole {
    Candidates exact;
    Candidates slashed;  // routes that forward, whose path is this one with "/" behind it
  };

  explicit PathTable(http::RegexSet regexes) : regexes_(std::move(regexes)) {}
  [[nodiscard]] const Whole* find_whole(std::string_view path) const;
  [[nodiscard]] const RouteMatch* find_prefix(const Asked& asked) const;
  [[nodiscard]] const RouteMatch* find_regex(const Asked& asked) const;

  TextMap<Whole> wholes_;
  std::size_t whole_size_max_ = 0;
  PrefixTree prefixes_;
  std::vector<Candidates> by_prefix_;  // by index in prefixes_
  http::RegexSet regexes_;
  std::vector<Candidates> by_regex_;  // by index in regexes_
  Candidates pathless_;
};

}  // namespace weir::routing
