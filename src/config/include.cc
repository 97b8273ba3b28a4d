#include "config/include.h"

#include <fmt/format.h>
#include <glob.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <utility>
#include <vector>

#include "config/merge.h"
#include "config/regular_file.h"
#include "config/scope.h"
#include "config/sections.h"

namespace weir::config {

namespace {

constexpr std::string_view kKey = "include";

// A file that is being read, in the chain of those that include each other.
struct Link {
  FileId id;
  std::string name;
};

// Follows includes, depth first.
class Reader {
 public:
  explicit Reader(Files& files) : files_(files), scope_(files, "") {}

  // False: the syntax is broken, or a bound is passed.
  bool read(std::string name, std::string text);
  std::vector<Node> take() { return std::move(parts_); }
  // An include led nowhere.
  [[nodiscard]] bool failed() const { return failed_; }

 private:
  bool read_tree(Files::File& file);
  bool follow(const Node& entry);
  bool follow_path(const Node& entry, const std::string& path);
  bool fail(const Node& entry, std::string message, std::string hint = {});
  std::vector<std::string> matches(const Node& entry);

  Files& files_;
  Scope scope_;
  std::vector<Node> parts_;        // the trees of the files, in order
  std::vector<Link> chain_;        // from the first file to the one that is being read
  std::map<FileId, Place> known_;  // the files read, and what named them
  std::size_t nodes_ = 0;
  std::size_t size_ = 0;
  bool failed_ = false;
};

bool Reader::read(std::string name, std::string text) {
  // A byte order mark says nothing in UTF-8, and would shift all places.
  if (text.starts_with("\xef\xbb\xbf")) text.erase(0, 3);
  size_ += text.size();
  chain_.push_back({file_id(name), name});
  known_.emplace(chain_.back().id, Place{});
  bool done = read_tree(files_.add(std::move(name), std::move(text)));
  chain_.pop_back();
  return done;
}

bool is_pattern(std::string_view path) {
  return path.find_first_of("*?[") != std::string_view::npos;
}

// Takes the value of `include` out of the map.
std::optional<Node> take_include(Node& root) {
  for (std::size_t i = 0; i < root.keys.size(); ++i) {
    if (root.keys[i].text != kKey) continue;
    Node value = std::move(root.items[i]);
    root.keys.erase(root.keys.begin() + static_cast<std::ptrdiff_t>(i));
    root.items.erase(root.items.begin() + static_cast<std::ptrdiff_t>(i));
    return value;
  }
  return std::nullopt;
}

bool Reader::read_tree(Files::File& file) {
  std::optional<Node> root = read_yaml(file.errors);
  if (!root) {
    files_.keep_errors_of(file);
    return false;
  }
  nodes_ += shift_places(*root, file.base);
  if (nodes_ > kNodesMax) {
    scope_.error(root->place, fmt::format("more than {} values in all files", kNodesMax));
    return false;
  }
  std::optional<Node> include = take_include(*root);
  bool is_first = parts_.empty();
  if (is_first || root->is(Node::Kind::kMap)) {
    parts_.push_back(std::move(*root));
  } else if (!root->is(Node::Kind::kEmpty) && !root->is(Node::Kind::kBroken)) {
    scope_.error(root->place, "an included file is a map of keys such as 'upstreams'; " +
                                  std::string(kind_text(*root)));
  }
  if (!include) return true;
  std::string wants = wants_text(find_key(file_section(), kKey)->shape);
  Entries entries = read_entries(scope_, kKey, wants, *include);
  return std::all_of(entries.begin(), entries.end(), [&](const Node& entry) {
    const std::string* text = read_text(scope_, kKey, wants, entry);
    if (text == nullptr) {
      failed_ = true;
      return true;
    }
    return follow(entry);
  });
}

bool Reader::fail(const Node& entry, std::string message, std::string hint) {
  scope_.error(entry.place, std::move(message), std::move(hint));
  failed_ = true;
  return true;
}

// The one entry may be a pattern. False as for read().
bool Reader::follow(const Node& entry) {
  if (entry.text.empty()) return fail(entry, "'include' names no file; it is empty");
  if (!is_pattern(entry.text)) return follow_path(entry, relative_to_file(files_, entry));
  auto paths = matches(entry);
  return std::all_of(paths.begin(), paths.end(),
                     [&](const std::string& match) { return follow_path(entry, match); });
}

bool Reader::follow_path(const Node& entry, const std::string& path) {
  FileId id = file_id(path);
  auto loop = std::find_if(chain_.begin(), chain_.end(),
                           [&](const Link& link) { return link.id == id && id != FileId(); });
  if (loop != chain_.end()) {
    if (loop + 1 == chain_.end() && loop->name == path && !is_pattern(entry.text))
      return fail(entry, quoted(path) + " includes itself");
    std::string names;
    for (auto link = loop; link != chain_.end(); ++link) names += link->name + " -> ";
    return fail(
        entry, "include loop: " + names + path,
        is_pattern(entry.text) ? "keep what a pattern is to match in a folder of its own" : "");
  }
  if (auto known = known_.find(id); known != known_.end() && id != FileId()) {
    return fail(entry, quoted(path) + " is included twice",
                "first in " + files_.line_text(known->second, entry.place));
  }
  auto text = read_regular_file(path);
  if (!text) {
    bool missing = text.error().text == kNoSuchFile;
    return fail(entry, "cannot include " + quoted(path) + ": " + text.error().text,
                missing ? "only a pattern, as conf.d/*.yaml, may match nothing" : "");
  }
  std::string bound;
  if (files_.all().size() >= kFilesMax)
    bound = fmt::format("more than {} files are included", kFilesMax);
  if (chain_.size() >= kIncludeDepthMax)
    bound = fmt::format("files include each other more than {} deep", kIncludeDepthMax);
  if (size_ + text.value().size() > kFilesSizeMax)
    bound = "all files together are larger than 16 MiB, which no configuration is";
  if (!bound.empty()) {
    fail(entry, std::move(bound));
    return false;
  }
  known_.emplace(id, entry.place);
  return read(path, std::move(text.value()));
}

// What is not there matches nothing; what may not be looked into is an error.
int on_glob_error(const char*, int error) { return error == ENOENT || error == ENOTDIR ? 0 : 1; }

// The files that match, sorted by name (bytes, whatever the locale).
std::vector<std::string> Reader::matches(const Node& entry) {
  // The folder's own name is no pattern.
  std::string folder = beside(files_.source_of(entry.place).name(), "");
  for (std::size_t at = 0; (at = folder.find_first_of("*?[\\", at)) != std::string::npos; at += 2)
    folder.insert(at, 1, '\\');
  std::string pattern = entry.text.starts_with('/') ? entry.text : folder + entry.text;
  std::vector<std::string> paths;
  glob_t found{};
  int status = glob(pattern.c_str(), GLOB_NOSORT, on_glob_error, &found);
  for (std::size_t i = 0; i < found.gl_pathc; ++i) paths.emplace_back(found.gl_pathv[i]);
  globfree(&found);
  if (status != 0 && status != GLOB_NOMATCH)
    fail(entry, "cannot include " + quoted(entry.text) + ": a folder of it cannot be read");
  std::sort(paths.begin(), paths.end());
  return paths;
}

}  // namespace

std::optional<Node> read_files(Files& files, std::string name, std::string text) {
  Reader reader(files);
  if (!reader.read(std::move(name), std::move(text)) || reader.failed()) return std::nullopt;
  return merge(files, reader.take());
}

}  // namespace weir::config
