#pragma once

#include <string>
#include <unordered_map>

#include "config/nearest.h"
#include "config/scope.h"

namespace weir::config {

// What a name that leads to none of the things of a section was probably meant to be: the nearest
// one, or all where they are few. `things` have a `name`; `places` are those of all names.
template <class Things>
std::string defined_hint(const Scope& scope, const Things& things,
                         const std::unordered_map<std::string, Place>& places, const Node& node) {
  constexpr std::size_t kListedMax = 8;
  if (scope.is_crowded()) return {};
  Nearest nearest(node.text);
  for (const auto& thing : things) nearest.offer(thing.name);
  if (!nearest.found().empty()) {
    std::string found(nearest.found());
    return "did you mean " + quoted(found) + " (" +
           scope.files().line_text(places.at(found), node.place) + ")?";
  }
  if (things.empty() || things.size() > kListedMax) return {};
  std::string hint = "defined:";
  for (const auto& thing : things)
    hint.append(&thing == &things.front() ? " " : ", ").append(quoted(thing.name));
  return hint;
}

}  // namespace weir::config
