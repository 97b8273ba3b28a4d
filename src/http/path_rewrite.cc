#include "http/path_rewrite.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/ascii.h"
#include "http/char_class.h"
#include "http/target.h"

namespace weir::http {

namespace {

// What is wrong with a prefix; empty: nothing.
std::string prefix_fault(std::string_view prefix) {
  if (!prefix.starts_with('/')) return "a prefix begins with '/'";
  if (!all_in(prefix, kTargetChar) || prefix.find('?') != std::string_view::npos) {
    return "a prefix holds no blank, '?' or '#'";
  }
  base::Arena arena;
  NormalPath normal;
  if (normalize_path(prefix, arena, normal) != Reason::kNone) return "a prefix is a valid path";
  if (normal.text != prefix) {
    return "a prefix is in the normal form of paths, here '" + std::string(normal.text) + "'";
  }
  return {};
}

std::string without_slash(std::string prefix) {
  if (prefix.ends_with('/')) prefix.pop_back();
  return prefix;
}

// `path` without `prefix`, which ends at a segment's end; nothing where it does not begin so.
std::optional<std::string_view> behind(std::string_view path, std::string_view prefix) {
  if (!path.starts_with(prefix)) return std::nullopt;
  path.remove_prefix(prefix.size());
  if (!path.empty() && path.front() != '/') return std::nullopt;
  return path.empty() ? "/" : path;
}

}  // namespace

base::Result<PathRewrite> PathRewrite::compile(const RewriteOptions& options) {
  PathRewrite made;
  for (const std::string* prefix : {&options.strip_prefix, &options.add_prefix}) {
    if (prefix->empty()) continue;
    if (std::string fault = prefix_fault(*prefix); !fault.empty()) {
      return base::Error{"'" + *prefix + "': " + fault};
    }
  }
  made.strip_ = without_slash(options.strip_prefix);
  made.add_ = without_slash(options.add_prefix);
  if (options.pattern.empty()) return made;
  auto pattern = Regex::compile(options.pattern);
  if (!pattern) return pattern.error();
  made.pattern_ = std::move(pattern.value());
  if (auto done = made.compile_replacement(options.replacement); !done) return done.error();
  return made;
}

base::Result<base::Done> PathRewrite::compile_replacement(std::string_view text) {
  if (!all_in(text, kTargetChar)) {
    return base::Error{"'" + std::string(text) + "' holds a blank or a '#', which no path has"};
  }
  while (!text.empty()) {
    auto dollar = std::min(text.find('$'), text.size());
    if (dollar > 0) replacement_.push_back({std::string(text.substr(0, dollar)), 0});
    text.remove_prefix(dollar);
    if (text.empty()) break;
    if (text.size() < 2 || text[1] < '1' || text[1] > '9') {
      return base::Error{"'$' wants the number of a group behind it, $1 to $9"};
    }
    auto group = static_cast<unsigned>(text[1] - '0');
    if (group > pattern_->group_count()) {
      std::size_t last = pattern_->group_count();
      return base::Error{"'$" + std::to_string(group) + "' is not there: the regex has " +
                         (last == 0 ? "no group" : "groups up to $" + std::to_string(last))};
    }
    replacement_.push_back({{}, group});
    text.remove_prefix(2);
  }
  return base::Done{};
}

std::string_view PathRewrite::target(const RequestHead& head, base::Arena& arena) const {
  if (!head.normal_path.starts_with('/')) return {};
  std::string_view path = head.normal_path;
  if (!strip_.empty()) path = behind(path, strip_).value_or(path);
  if (!add_.empty()) path = arena.join({add_, path});
  std::string_view query;
  bool drops_query = false;
  bool replaced = pattern_ && replace(path, query, drops_query, arena);
  if (!replaced && path == head.normal_path) return {};
  // Pieces that are paths each may make one that is none.
  NormalPath normal;
  if (!path.starts_with('/')) path = arena.join({"/", path});
  if (normalize_path(path, arena, normal) != Reason::kNone) return {};
  bool both = head.has_query && !drops_query;
  bool any = both || !query.empty();
  std::string_view between = both && !query.empty() ? "&" : "";
  return arena.join({normal.text, any ? "?" : "", query, between, both ? head.query : ""});
}

// Replaces the first match. `query`: what the replacement makes of it.
bool PathRewrite::replace(std::string_view& path, std::string_view& query, bool& drops_query,
                          base::Arena& arena) const {
  std::array<std::string_view, Regex::kGroupsMax> groups;
  if (!pattern_->match(path, groups)) return false;
  std::size_t size = 0;
  auto text_of = [&groups](const Part& part) {
    return part.group == 0 ? std::string_view(part.text) : groups.at(part.group);
  };
  for (const Part& part : replacement_) size += text_of(part).size();
  auto before = static_cast<std::size_t>(groups[0].data() - path.data());
  std::string_view after = path.substr(before + groups[0].size());
  char* to = arena.take(size);
  char* at = to;
  for (const Part& part : replacement_) {
    std::string_view text = text_of(part);
    at = std::copy(text.begin(), text.end(), at);
  }
  std::string_view made(to, size);
  auto mark = made.find('?');
  path = arena.join({path.substr(0, before), made.substr(0, mark), after});
  if (mark == std::string_view::npos) return true;
  query = made.substr(mark + 1);
  drops_query = query.ends_with('?') || query.empty();
  if (query.ends_with('?')) query.remove_suffix(1);
  return true;
}

std::string_view PathRewrite::undo(std::string_view path, base::Arena& arena) const {
  if (!add_.empty()) path = behind(path, add_).value_or(path);
  return strip_.empty() ? path : arena.join({strip_, path});
}

}  // namespace weir::http
