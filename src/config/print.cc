#include "config/print.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <vector>

#include "base/ascii.h"
#include "config/environment.h"
#include "config/scope.h"
#include "config/values.h"
#include "http/regex.h"

namespace weir::config {

namespace {

constexpr std::size_t kOriginColumn = 44;
constexpr std::string_view kMask = "********";

bool is_plain_char(char c) {
  char l = base::lower(c);
  return (l >= 'a' && l <= 'z') || base::is_digit(c) || c == '_' || c == '.' || c == '/' ||
         c == '%' || c == '-' || c == '+' || c == '$';
}

// A text as YAML, in quotes where it needs them.
std::string quoted_text(std::string_view text) {
  constexpr std::string_view kNulls[] = {"null", "Null", "NULL"};
  bool plain = !text.empty() && text[0] != '-' && text[0] != '%' &&
               std::all_of(text.begin(), text.end(), is_plain_char) &&
               std::find(std::begin(kNulls), std::end(kNulls), text) == std::end(kNulls);
  if (plain) return std::string(text);
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    } else {
      out += c;
    }
  }
  return out + '"';
}

// The same for a value, in which "${" would be a variable of the environment.
std::string value_text(std::string_view text) {
  std::string out(text);
  for (std::size_t at = out.find("${"); at != std::string::npos; at = out.find("${", at + 3))
    out.insert(at, 1, '$');
  return quoted_text(out);
}

// Writes YAML line by line.
class Lines {
 public:
  // What follows is an entry of a list: its first line begins with a dash, which stands where the
  // last two blanks of its indentation would.
  void begin_entry() { dash_ = true; }
  void add(std::size_t depth, const std::string& text, const std::string& origin = {});
  // Takes back what was added since size() was this.
  [[nodiscard]] std::size_t size() const { return text_.size(); }
  void cut(std::size_t size) { text_.resize(size); }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
  bool dash_ = false;
};

void Lines::add(std::size_t depth, const std::string& text, const std::string& origin) {
  std::string line(2 * depth, ' ');
  if (dash_) line[line.size() - 2] = '-';
  dash_ = false;
  line += text;
  if (!origin.empty()) {
    line.append(std::max(kOriginColumn, line.size() + 2) - line.size(), ' ');
    line += "# " + origin;
  }
  text_ += line + '\n';
}

class Printer {
 public:
  explicit Printer(const Files& files) : files_(files) {}

  // The keys of a map; without one all have their defaults. False: there is none to write.
  bool keys(const Section& section, const Node* map, std::size_t depth);
  std::string take() { return lines_.take(); }

 private:
  // `head`: "name:", or empty for an entry of a list.
  void value(const std::string& head, const KeyInfo& key, const Shape& shape, const Node& node,
             std::size_t depth);
  void section(const std::string& head, const Section& section, const Node* map, std::size_t depth);
  void section_value(const std::string& head, const KeyInfo& key, const Shape& shape,
                     const Node& node, std::size_t depth);
  void list(const std::string& head, const KeyInfo& key, const Shape& shape, const Node& node,
            std::size_t depth);
  void names(const std::string& head, const KeyInfo& key, const Shape& shape, const Node& node,
             std::size_t depth);
  void scalar(const std::string& head, const std::string& text, const std::string& origin,
              std::size_t depth);
  // A key that is not written; false: nor is its default.
  bool absent(const KeyInfo& key, std::size_t depth);
  [[nodiscard]] std::string text_of(const KeyInfo& key, const Shape& shape, const Node& node) const;
  [[nodiscard]] std::string origin(const Node& node) const;

  const Files& files_;
  Lines lines_;
};

// Of the shapes that a value may have, the one that it has.
const Shape& shape_of(const Shape& any, const Node& node) {
  auto takes = [&](const Shape& shape) {
    bool section = shape.kind == Shape::Kind::kSection;
    bool list = shape.kind == Shape::Kind::kList;
    if (node.is(Node::Kind::kMap)) return section || shape.kind == Shape::Kind::kNames;
    if (node.is(Node::Kind::kList)) return list;
    if (shape.kind == Shape::Kind::kText && !shape.pattern.empty()) {
      auto pattern = http::Regex::compile(shape.pattern);
      return !pattern || pattern.value().matches(node.text);
    }
    if (shape.kind != Shape::Kind::kChoice) return !section;
    return std::find(shape.choices.begin(), shape.choices.end(), node.text) != shape.choices.end();
  };
  const Shape* end = any.of + any.count;
  const Shape* found = std::find_if(any.of, end, takes);
  return found == end ? *any.of : *found;
}

// "weir.yaml:3, environment HOST".
std::string Printer::origin(const Node& node) const {
  if (node.place.offset == kMade.offset) return "made by weir";
  std::string text = files_.line_text(node.place);
  if (!node.is(Node::Kind::kText)) return text;
  for (const auto& variable : expand(files_.text(node.place), environment).variables)
    text += (variable.is_default ? ", default of " : ", environment ") + variable.name;
  return text;
}

std::string Printer::text_of(const KeyInfo& key, const Shape& shape, const Node& node) const {
  if (key.trait == Trait::kSecret) {
    std::string_view raw = base::trim(files_.text(node.place));
    if (raw.size() > 2 && (raw[0] == '"' || raw[0] == '\'')) raw = raw.substr(1, raw.size() - 2);
    bool is_variable = raw.starts_with("${") && raw.find('}') == raw.size() - 1 &&
                       raw.find(":-") == std::string_view::npos;
    return quoted_text(is_variable ? raw : kMask);
  }
  const Shape& one = shape.kind == Shape::Kind::kAnyOf ? shape_of(shape, node) : shape;
  if (one.kind != Shape::Kind::kPath) return value_text(node.text);
  return value_text(std::filesystem::absolute(relative_to_file(files_, node)).string());
}

void Printer::scalar(const std::string& head, const std::string& text, const std::string& origin,
                     std::size_t depth) {
  lines_.add(depth, head.empty() ? text : head + " " + text, origin);
}

void Printer::value(const std::string& head, const KeyInfo& key, const Shape& shape,
                    const Node& node, std::size_t depth) {
  switch (shape.kind) {
    case Shape::Kind::kSection:
      return section_value(head, key, shape, node, depth);
    case Shape::Kind::kList:
      return list(head, key, shape, node, depth);
    case Shape::Kind::kNames:
      return names(head, key, shape, node, depth);
    case Shape::Kind::kAnyOf:
      return value(head, key, shape_of(shape, node), node, depth);
    default:
      return scalar(head, text_of(key, shape, node), origin(node), depth);
  }
}

// A map with one key.
Node map_of(std::string_view name, Node value) {
  Node map;
  map.kind = Node::Kind::kMap;
  map.place = value.place;
  Node key;
  key.kind = Node::Kind::kText;
  key.place = value.place;
  key.text = name;
  map.keys.push_back(std::move(key));
  map.items.push_back(std::move(value));
  return map;
}

void Printer::section_value(const std::string& head, const KeyInfo& key, const Shape& shape,
                            const Node& node, std::size_t depth) {
  Section section = shape.section();
  bool is_map = node.is(Node::Kind::kMap);
  if (is_map && node.keys.empty() && key.standard == "{}")
    return scalar(head, "{}", origin(node), depth);
  auto on = parse_switch(node.text);
  if (!is_map && section.switched && on && !on.value())
    return scalar(head, node.text, origin(node), depth);
  Node written = is_map || section.bare.empty() ? Node() : map_of(section.bare, node);
  this->section(head, section, is_map ? &node : &written, depth);
}

void Printer::section(const std::string& head, const Section& section, const Node* map,
                      std::size_t depth) {
  if (head.empty()) {
    keys(section, map, depth);
    return;
  }
  std::size_t before = lines_.size();
  lines_.add(depth, head);
  if (keys(section, map, depth + 1)) return;
  lines_.cut(before);
  lines_.add(depth, head + " {}");
}

void Printer::list(const std::string& head, const KeyInfo& key, const Shape& shape,
                   const Node& node, std::size_t depth) {
  std::vector<const Node*> entries;
  if (!node.is(Node::Kind::kList)) entries.push_back(&node);
  for (const Node& entry : node.items) {
    if (node.is(Node::Kind::kList)) entries.push_back(&entry);
  }
  if (entries.empty()) return scalar(head, "[]", origin(node), depth);
  const std::string first = origin(*entries.front());
  bool flat = std::all_of(entries.begin(), entries.end(), [&](const Node* entry) {
    return entry->is(Node::Kind::kText) && origin(*entry) == first;
  });
  if (flat && shape.of->kind != Shape::Kind::kSection) {
    std::string text;
    for (const Node* entry : entries)
      text += (text.empty() ? "[" : ", ") + text_of(key, *shape.of, *entry);
    return scalar(head, text + "]", first, depth);
  }
  lines_.add(depth, head);
  for (const Node* entry : entries) {
    lines_.begin_entry();
    value("", key, *shape.of, *entry, depth + 2);
  }
}

void Printer::names(const std::string& head, const KeyInfo& key, const Shape& shape,
                    const Node& node, std::size_t depth) {
  if (node.keys.empty()) return scalar(head, "{}", origin(node), depth);
  lines_.add(depth, head);
  for (std::size_t i = 0; i < node.keys.size(); ++i)
    value(quoted_text(node.keys[i].text) + ":", key, *shape.of, node.items[i], depth + 1);
}

bool Printer::absent(const KeyInfo& key, std::size_t depth) {
  std::string head = std::string(key.name) + ":";
  bool of_parts = key.standard.empty() || key.standard == "on";
  if (key.shape.kind == Shape::Kind::kSection && of_parts) {
    section(head, key.shape.section(), nullptr, depth);
    return true;
  }
  if (key.standard.empty() || key.standard == "null") return false;
  scalar(head, std::string(key.standard), "default", depth);
  return true;
}

bool Printer::keys(const Section& section, const Node* map, std::size_t depth) {
  bool any = false;
  // Written ones in the order in which they are written: of some it matters.
  for (std::size_t i = 0; map != nullptr && i < map->keys.size(); ++i) {
    const KeyInfo* key = find_key(section, map->keys[i].text);
    if (key == nullptr || map->items[i].is(Node::Kind::kNull)) continue;
    value(std::string(key->name) + ":", *key, key->shape, map->items[i], depth);
    any = true;
  }
  std::string unwritten;
  for (const KeyInfo* key : section.keys) {
    const Node* node = map == nullptr ? nullptr : map->find(key->name);
    bool is_written = node != nullptr && !node->is(Node::Kind::kNull);
    bool is_choice =
        std::find(section.one_of.begin(), section.one_of.end(), key->name) != section.one_of.end();
    if (is_written || is_choice) continue;
    if (absent(*key, depth)) {
      any = true;
    } else {
      unwritten.append(unwritten.empty() ? "# not written: " : ", ").append(key->name);
    }
  }
  if (!unwritten.empty()) lines_.add(depth, unwritten);
  return any;
}

}  // namespace

std::string print(const Files& files, const Node& root, const Section& grammar) {
  Printer printer(files);
  printer.keys(grammar, &root, 0);
  std::string text = "# " + files.all().front().source.name() +
                     ", with all defaults; behind each value stands where it comes from.\n";
  for (const Files::File& file : files.all()) {
    if (&file != &files.all().front()) text += "# included: " + file.source.name() + "\n";
  }
  return text + printer.take();
}

}  // namespace weir::config
