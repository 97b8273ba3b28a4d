#include "routing/path_table.h"

#include <algorithm>
#include <utility>

namespace weir::routing {
namespace {

using Matches = std::vector<const RouteMatch*>;

Candidate candidate_of(const RouteMatch& match) {
  return {&match, match.route, static_cast<std::uint32_t>(match.path.text.size()),
          match.path.kind == PathKind::kPreferredPrefix, !match.conditions.empty()};
}

// Gathers matches by a text, the texts in the order of their first appearance.
class Groups {
 public:
  void add(const std::string& key, const RouteMatch* match) {
    auto [at, fresh] = index_.try_emplace(key, members_.size());
    if (fresh) members_.emplace_back();
    members_[at->second].push_back(match);
  }
  [[nodiscard]] const std::vector<Matches>& all() const { return members_; }

 private:
  TextMap<std::size_t> index_;
  std::vector<Matches> members_;
};

// What one path, whole, leads to, while it is gathered.
struct WholeMatches {
  Matches exact;
  Matches slashed;
};

}  // namespace

// More conditions first, then file order, which is the order they come in.
PathTable::Candidates::Candidates(Matches matches) {
  std::stable_sort(matches.begin(), matches.end(), [](const auto* a, const auto* b) {
    return count_of(a->conditions) > count_of(b->conditions);
  });
  for (const RouteMatch* match : matches) {
    if (match == matches.front()) {
      first = candidate_of(*match);
    } else {
      rest.push_back(candidate_of(*match));
    }
  }
}

base::Result<PathTable> PathTable::build(const std::vector<const RouteMatch*>& matches) {
  Groups by_prefix;
  Groups by_regex;
  Matches pathless;
  TextMap<WholeMatches> wholes;
  for (const RouteMatch* match : matches) {
    const PathPattern& path = match->path;
    if (path.kind == PathKind::kAny) {
      pathless.push_back(match);
    } else if (path.is_regex()) {
      by_regex.add((path.kind == PathKind::kRegex ? "~" : "*") + path.text, match);
    } else {
      if (path.kind == PathKind::kExact) {
        wholes[path.text].exact.push_back(match);
      } else {
        by_prefix.add(path.text, match);
      }
      if (match->adds_slash && path.text.size() > 1 && path.text.ends_with('/')) {
        wholes[path.text.substr(0, path.text.size() - 1)].slashed.push_back(match);
      }
    }
  }

  std::vector<http::RegexSet::Pattern> patterns;
  for (const auto& group : by_regex.all()) {
    const PathPattern& path = group.front()->path;
    patterns.push_back({path.text, path.kind == PathKind::kRegex ? http::Case::kSensitive
                                                                 : http::Case::kInsensitive});
  }
  auto regexes = http::RegexSet::build(patterns);
  if (!regexes) return regexes.error();

  PathTable table(std::move(regexes.value()));
  for (const auto& group : by_regex.all()) table.by_regex_.emplace_back(group);
  std::vector<std::string> texts;
  for (const auto& group : by_prefix.all()) {
    table.by_prefix_.emplace_back(group);
    texts.push_back(group.front()->path.text);
  }
  table.prefixes_ = PrefixTree(texts);
  for (auto& [text, whole] : wholes) {
    table.wholes_.emplace(
        text, Whole{Candidates(std::move(whole.exact)), Candidates(std::move(whole.slashed))});
  }
  table.whole_index_ = TextIndex<Whole>(table.wholes_);
  table.pathless_ = Candidates(std::move(pathless));
  return table;
}

}  // namespace weir::routing
