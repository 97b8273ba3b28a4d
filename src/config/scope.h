#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "config/files.h"
#include "config/yaml_node.h"

namespace weir::config {

// Where parsers are in the files: whom they tell of errors, and how they name the place. Lives on
// the stack.
class Scope {
 public:
  // `where`: as in "unknown key 'x' in WHERE": "upstream 'api'". Empty: the top level.
  Scope(Files& files, std::string where) : files_(&files), where_(std::move(where)) {}
  [[nodiscard]] Scope inside(std::string where) const { return {*files_, std::move(where)}; }

  // Where there is no hint, one is given for characters that look like others.
  void error(Place place, std::string message, std::string hint = {});
  // "'NAME' wants WANTS; REASON".
  void wants(Place place, std::string_view name, std::string_view wants, std::string_view reason,
             std::string hint = {});

  [[nodiscard]] const std::string& where() const { return where_; }
  [[nodiscard]] const Files& files() const { return *files_; }
  // So many errors that suggestions are not worth their time any more.
  [[nodiscard]] bool is_crowded() const { return files_->count() > 10 * Errors::kShownMax; }

 private:
  Files* files_;
  std::string where_;
};

// What a value is, for an error about one of the wrong kind: "this is a list".
std::string_view kind_text(const Node& node);

// The node when it is one text; null, and an error unless it is kBroken, otherwise.
const std::string* read_text(Scope& scope, std::string_view name, std::string_view wants,
                             const Node& node);

// The entries of a list, or the one thing that stands in its place bare. A broken node has none; an
// empty one is an error and has none.
struct Entries {
  const Node* first = nullptr;
  std::size_t size = 0;
  [[nodiscard]] const Node* begin() const { return first; }
  [[nodiscard]] const Node* end() const { return first + size; }
};
Entries read_entries(Scope& scope, std::string_view name, std::string_view wants, const Node& node);

// The path that the node's text means: a relative one is relative to the folder of its file.
std::string relative_to_file(const Files& files, const Node& node);

}  // namespace weir::config
