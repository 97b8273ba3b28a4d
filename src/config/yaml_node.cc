#include "config/yaml_node.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <fmt/format.h>

#include <algorithm>
#include <sstream>
#include <unordered_map>
#include <utility>

#include "config/environment.h"
#include "config/yaml_syntax.h"

namespace weir::config {

namespace {

// Ends the parsing from within an event; what there was to say has been said.
struct Stop {};

// Builds the tree from the parser's events. yaml-cpp's own tree is not used: it loses keys given
// twice and shares the nodes of aliases.
class Builder final : public YAML::EventHandler {
 public:
  explicit Builder(Errors& errors) : errors_(errors), source_(errors.source()) {}

  void OnDocumentStart(const YAML::Mark& mark) override;
  void OnDocumentEnd() override { complete_ = true; }
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override;
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override {
    open(Node::Kind::kList, mark, tag, anchor, style);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override {
    open(Node::Kind::kMap, mark, tag, anchor, style);
  }
  void OnMapEnd() override { close(); }

  Node take() { return std::move(root_); }
  // The tree can be read although the parsing was stopped: the first document is whole.
  [[nodiscard]] bool usable() const { return complete_; }
  [[nodiscard]] Seen seen() const;

 private:
  // A list or map that is not complete yet.
  struct Frame {
    Node node;
    std::optional<Node> key;                              // of a map: read, and its value not yet
    std::unordered_map<std::string, std::uint32_t> seen;  // keys and their offsets
    bool flow = false;
    bool broken = false;  // nothing that is in it is worth a look
  };

  void open(Node::Kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
            YAML::EmitterStyle::value style);
  void close();
  // Puts a finished node where it belongs: as key, as value, as entry, or as the root.
  void put(Node node);
  void put_key(Frame& frame, Node node);
  [[nodiscard]] bool expects_key() const {
    return !frames_.empty() && frames_.back().node.is(Node::Kind::kMap) && !frames_.back().key;
  }
  void count();
  // Tells of a tag or an anchor; true when there was one.
  bool has_properties(std::size_t offset, const std::string& tag, YAML::anchor_t anchor);
  void expand_environment(Node& node);
  Place scalar_place(std::size_t offset, bool plain, const std::string& value);
  Place empty_place(std::size_t offset) const;
  [[nodiscard]] bool writes_null(std::size_t offset) const;

  Errors& errors_;
  const Source& source_;
  std::vector<Frame> frames_;
  Node root_;
  Place last_text_;
  std::size_t nodes_ = 0;
  bool started_ = false;
  bool complete_ = false;
};

Place at(std::size_t offset, std::size_t length) {
  return {static_cast<std::uint32_t>(offset), static_cast<std::uint32_t>(length)};
}

std::size_t offset_of(const YAML::Mark& mark) {
  return static_cast<std::size_t>(std::max(mark.pos, 0));
}

void Builder::OnDocumentStart(const YAML::Mark& mark) {
  if (started_) {
    bool marked = source_.text(at(offset_of(mark), 3)) == "---";
    errors_.add(at(offset_of(mark), marked ? 3 : 1),
                marked ? "a second document begins here; a configuration is one document"
                       : "this does not belong to what stands above; check the indentation");
    complete_ = marked;
    throw Stop{};
  }
  started_ = true;
}

void Builder::count() {
  if (++nodes_ <= kNodesMax) return;
  errors_.add_alone(Place{}, fmt::format("more than {} values in one file", kNodesMax));
  throw Stop{};
}

bool Builder::has_properties(std::size_t offset, const std::string& tag, YAML::anchor_t anchor) {
  std::string_view rest = source_.text().substr(std::min(offset, source_.text().size()));
  bool tagged = rest.starts_with('!') && !tag.empty() && tag != "?";
  if (anchor == 0 && !tagged) return false;
  std::size_t size = std::min(rest.find_first_of(" \t\r\n,]}"), rest.size());
  bool includes = rest.starts_with("!include");
  errors_.add(at(offset, size),
              rest.starts_with('!') ? "tags are not supported; quote a value that begins with !"
                                    : "anchors are not supported; write the value out each time",
              includes ? "write include: [FILE] at the top of the file" : "");
  return true;
}

// A null whose mark shows "null" or "~" was written; any other one is an empty value, and its mark
// stands at whatever comes next.
bool Builder::writes_null(std::size_t offset) const {
  std::string_view rest = source_.text().substr(std::min(offset, source_.text().size()));
  for (std::string_view word : {"~", "null", "Null", "NULL"}) {
    if (!rest.starts_with(word)) continue;
    std::string_view behind = rest.substr(word.size());
    if (!behind.empty() && std::string_view(" \t\r\n,]}").find(behind[0]) == std::string_view::npos)
      continue;
    // "key:" with "null: 1" below it: the null seen is the next key.
    std::size_t next = behind.find_first_not_of(" \t");
    return next == std::string_view::npos || behind[next] != ':';
  }
  return false;
}

Place Builder::empty_place(std::size_t offset) const {
  if (!frames_.empty() && frames_.back().key) return frames_.back().key->place;
  std::string_view text = source_.text();
  offset = std::min(offset, text.size());
  bool in_flow = !frames_.empty() && frames_.back().flow;
  if (in_flow) return at(offset, 1);
  // An entry of a list: its dash is the last thing in front that is neither blank nor comment.
  std::size_t number = source_.line_of(offset);
  while (number > 1) {
    --number;
    std::string_view line = source_.line(number);
    std::size_t first = line.find_first_not_of(" \t");
    if (first == std::string_view::npos || line[first] == '#') continue;
    std::size_t dash = line.find_last_of('-');
    if (dash == std::string_view::npos) break;
    return at(static_cast<std::size_t>(line.data() - text.data()) + dash, 1);
  }
  return at(offset, 1);
}

void Builder::OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) {
  count();
  std::size_t offset = offset_of(mark);
  bool written = writes_null(offset);
  Node node;
  node.kind = written ? Node::Kind::kNull : Node::Kind::kEmpty;
  node.place = written ? at(offset, source_.text()[offset] == '~' ? 1 : 4) : empty_place(offset);
  if (anchor != 0 && has_properties(offset, "", anchor)) node.kind = Node::Kind::kBroken;
  put(std::move(node));
}

void Builder::OnAlias(const YAML::Mark& mark, YAML::anchor_t) {
  count();
  std::size_t offset = offset_of(mark);
  std::string_view rest = source_.text().substr(offset);
  Node node;
  node.kind = Node::Kind::kBroken;
  node.place = at(offset, std::min(rest.find_first_of(" \t\r\n,]}"), rest.size()));
  errors_.add(
      node.place,
      "aliases are not supported; write the value out, or quote a value that begins with *");
  put(std::move(node));
}

void Builder::OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       const std::string& value) {
  count();
  std::size_t offset = offset_of(mark);
  Node node;
  node.kind = has_properties(offset, tag, anchor) ? Node::Kind::kBroken : Node::Kind::kText;
  node.text = value;
  node.place = node.is(Node::Kind::kText) ? scalar_place(offset, tag == "?", value) : at(offset, 1);
  last_text_ = node.place;
  if (node.is(Node::Kind::kText) && !expects_key()) expand_environment(node);
  put(std::move(node));
}

void Builder::expand_environment(Node& node) {
  if (node.text.find("${") == std::string::npos) return;
  Expanded expanded = expand(node.text, environment);
  if (expanded.error.empty()) {
    node.text = std::move(expanded.text);
    return;
  }
  std::string reference = node.text.substr(expanded.at, expanded.length);
  std::size_t within = source_.text(node.place).find(reference);
  Place place = within == std::string_view::npos ? node.place
                                                 : at(node.place.offset + within, reference.size());
  errors_.add(place, std::move(expanded.error));
  node.kind = Node::Kind::kBroken;
}

// The token in the source. yaml-cpp takes a quote that the end of the file closes: that is told
// here.
Place Builder::scalar_place(std::size_t offset, bool plain, const std::string& value) {
  std::string_view rest = source_.text().substr(std::min(offset, source_.text().size()));
  // Looked for only where it is needed: a line may be the whole file.
  auto line_end = [&] { return std::min(rest.find_first_of("\r\n"), rest.size()); };
  if (plain) return at(offset, rest.starts_with(value) ? value.size() : line_end());
  if (rest.empty() || (rest[0] != '"' && rest[0] != '\'')) return at(offset, 1);
  char quote = rest[0];
  for (std::size_t i = 1; i < rest.size(); ++i) {
    if (quote == '"' && rest[i] == '\\') {
      ++i;
    } else if (rest[i] == quote) {
      bool doubled = quote == '\'' && i + 1 < rest.size() && rest[i + 1] == quote;
      if (!doubled) return at(offset, i + 1);
      ++i;
    }
  }
  complete_ = false;
  errors_.add_alone(at(offset, line_end()), "this quote is not closed before the end of the file");
  throw Stop{};
}

void Builder::open(Node::Kind kind, const YAML::Mark& mark, const std::string& tag,
                   YAML::anchor_t anchor, YAML::EmitterStyle::value style) {
  count();
  std::size_t offset = offset_of(mark);
  has_properties(offset, tag, anchor);
  if (frames_.size() >= kDepthMax) {
    errors_.add_alone(at(offset, 1), fmt::format("nested more than {} deep", kDepthMax));
    throw Stop{};
  }
  Frame frame;
  frame.node.kind = kind;
  frame.node.place = at(offset, 1);
  frame.flow = style == YAML::EmitterStyle::Flow;
  frames_.push_back(std::move(frame));
}

void Builder::close() {
  Node node = std::move(frames_.back().node);
  if (frames_.back().broken) node.kind = Node::Kind::kBroken;
  frames_.pop_back();
  put(std::move(node));
}

void Builder::put(Node node) {
  if (frames_.empty()) {
    root_ = std::move(node);
    return;
  }
  Frame& frame = frames_.back();
  if (frame.node.is(Node::Kind::kList)) {
    frame.node.items.push_back(std::move(node));
  } else if (!frame.key) {
    put_key(frame, std::move(node));
  } else {
    Node key = std::move(*frame.key);
    frame.key.reset();
    if (key.is(Node::Kind::kBroken)) return;
    frame.node.keys.push_back(std::move(key));
    frame.node.items.push_back(std::move(node));
  }
}

void Builder::put_key(Frame& frame, Node node) {
  // In front of the map that is its value, the place of a block map is that of its first key.
  if (frame.node.keys.empty() && !frame.flow) frame.node.place.length = node.place.length;
  if (node.is(Node::Kind::kText)) {
    auto [first, is_first] = frame.seen.emplace(node.text, node.place.offset);
    if (node.text == "<<") {
      errors_.add(node.place, "merge keys (<<) are not supported; write the keys out");
      node.kind = Node::Kind::kBroken;
    } else if (!is_first) {
      errors_.add(node.place, "key " + quoted(node.text) + " is given twice",
                  fmt::format("first in line {}", source_.line_of(first->second)));
      node.kind = Node::Kind::kBroken;
    }
  } else if (!node.is(Node::Kind::kBroken)) {
    auto address = find_unquoted_ipv6(source_, node.place.offset);
    if (source_.text(at(frame.node.place.offset, 2)) == "{{") {
      errors_.add(at(frame.node.place.offset, 2),
                  "'{{' is a map within a map; is this a template that was not filled in?");
      frame.broken = true;
    } else if (address) {
      errors_.add(address->place, std::move(address->message), std::move(address->hint));
    } else {
      errors_.add(node.place, "a key must be a word");
    }
    node.kind = Node::Kind::kBroken;
  }
  frame.key = std::move(node);
}

Seen Builder::seen() const {
  Seen seen{std::nullopt, last_text_};
  for (auto frame = frames_.rbegin(); frame != frames_.rend() && !seen.open; ++frame) {
    if (frame->flow) seen.open = frame->node.place.offset;
  }
  return seen;
}

}  // namespace

const Node* Node::find(std::string_view key) const {
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (keys[i].text == key) return &items[i];
  }
  return nullptr;
}

std::size_t shift_places(Node& node, std::uint32_t by) {
  node.place.offset += by;
  std::size_t count = 1;
  for (Node& key : node.keys) key.place.offset += by;
  for (Node& item : node.items) count += shift_places(item, by);
  return count + node.keys.size();
}

std::optional<Node> read_yaml(Errors& errors) {
  const Source& source = errors.source();
  if (auto fault = find_unreadable(source)) {
    errors.add_alone(fault->place, std::move(fault->message), std::move(fault->hint));
    return std::nullopt;
  }
  Builder builder(errors);
  bool stopped = false;
  std::optional<SyntaxError> fault;
  try {
    std::istringstream in{std::string(source.text())};
    YAML::Parser parser(in);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const Stop&) {
    stopped = true;
  } catch (const YAML::Exception& error) {
    fault = explain_syntax(source, error.msg, offset_of(error.mark), builder.seen());
  }
  if (fault) {
    errors.add_alone(fault->place, std::move(fault->message), std::move(fault->hint));
    return std::nullopt;
  }
  if (stopped && !builder.usable()) return std::nullopt;
  return builder.take();
}

}  // namespace weir::config
