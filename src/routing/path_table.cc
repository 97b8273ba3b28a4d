#include "routing/path_table.h"

#include <algorithm>
#include <utility>

namespace weir::routing {
namespace {

using Matches = std::vector<const RouteMatch*>;

// More conditions first, then file order, which is the order they come in.
void order(Matches& candidates) {
  std::stable_sort(candidates.begin(), candidates.end(), [](const auto* a, const auto* b) {
    return count_of(a->conditions) > count_of(b->conditions);
  });
}

// Gathers matches by a text, the texts in the order of their first appearance.
class Groups {
 public:
  void add(const std::string& key, const RouteMatch* match) {
    auto [at, fresh] = index_.try_emplace(key, members_.size());
    if (fresh) members_.emplace_back();
    members_[at->second].push_back(match);
  }
  // All groups, each in the order in which it is tried.
  std::vector<Matches> take() {
    for (auto& group : members_) order(group);
    return std::move(members_);
  }

 private:
  TextMap<std::size_t> index_;
  std::vector<Matches> members_;
};

}  // namespace

base::Result<PathTable> PathTable::build(const std::vector<const RouteMatch*>& matches) {
  Groups by_prefix;
  Groups by_regex;
  Matches pathless;
  TextMap<Whole> wholes;
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

  auto regex_groups = by_regex.take();
  std::vector<http::RegexSet::Pattern> patterns;
  for (const auto& group : regex_groups) {
    const PathPattern& path = group.front()->path;
    patterns.push_back({path.text, path.kind == PathKind::kRegex ? http::Case::kSensitive
                                                                 : http::Case::kInsensitive});
  }
  auto regexes = http::RegexSet::build(patterns);
  if (!regexes) return regexes.error();

  PathTable table(std::move(regexes.value()));
  table.by_regex_ = std::move(regex_groups);
  table.by_prefix_ = by_prefix.take();
  std::vector<std::string> texts;
  for (const auto& group : table.by_prefix_) texts.push_back(group.front()->path.text);
  table.prefixes_ = PrefixTree(texts);
  for (auto& [text, whole] : wholes) {
    order(whole.exact);
    order(whole.slashed);
    table.whole_size_max_ = std::max(table.whole_size_max_, text.size());
  }
  table.wholes_ = std::move(wholes);
  order(pathless);
  table.pathless_ = std::move(pathless);
  return table;
}

}  // namespace weir::routing
