#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "base/result.h"
#include "http/message.h"
#include "http/regex.h"

namespace weir::http {

// How the path of a request is changed on its way to the backend (YAML: rewrite). Done in this
// order.
struct RewriteOptions {
  // Taken off where the path is it, or goes on behind it with "/": "/a" takes "/a/b" and not "/ab".
  std::string strip_prefix = {};
  std::string add_prefix = {};  // put in front
  // A regex and what stands in place of its first match; $1 to $9 are its groups. A "?" begins a
  // query, which goes before the request's own; one at the end drops that (nginx: rewrite).
  std::string pattern = {};
  std::string replacement = {};

  bool operator==(const RewriteOptions&) const = default;
};

// A rewrite, compiled. Sees and makes paths in their normal form (http/target). Immutable: any
// number of threads may use it.
class PathRewrite {
 public:
  // The error says which option is wrong, and how.
  static base::Result<PathRewrite> compile(const RewriteOptions& options);

  // The target for this request, path and query; empty where nothing changes, or what came out is
  // no path (it climbs above the root): then the path goes on as it came. "*" stays. In the arena.
  std::string_view target(const RequestHead& head, base::Arena& arena) const;

  // A backend's path, as clients know it: add_prefix taken off, strip_prefix put in front; a
  // pattern is not undone. For its Location (nginx: proxy_redirect). The path itself, or in the
  // arena.
  std::string_view undo(std::string_view path, base::Arena& arena) const;

 private:
  // A piece of the replacement: text, or a group where `group` is not 0.
  struct Part {
    std::string text;
    unsigned group = 0;
  };

  PathRewrite() = default;
  base::Result<base::Done> compile_replacement(std::string_view text);
  bool replace(std::string_view& path, std::string_view& query, bool& drops_query,
               base::Arena& arena) const;

  std::string strip_;  // without a "/" at its end
  std::string add_;    // the same
  std::optional<Regex> pattern_;
  std::vector<Part> replacement_;
};

}  // namespace weir::http
