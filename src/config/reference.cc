#include "config/reference.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "config/sections.h"

namespace weir::config {

namespace {

// A section, and the place in the file where it may stand.
struct Found {
  std::string path;
  Section section;
};

// Calls visit(path, section) for each map within a shape, as "endpoints[]" or "upstreams.NAME".
template <class Visit>
void each_section(const std::string& path, const Shape& shape, const Visit& visit) {
  if (shape.section != nullptr) visit(path, shape.section());
  std::string inner = path;
  if (shape.kind == Shape::Kind::kList) inner += "[]";
  if (shape.kind == Shape::Kind::kNames) inner += ".NAME";
  for (std::size_t i = 0; i < shape.count; ++i) each_section(inner, shape.of[i], visit);
}

// Depth first, in the order of the keys.
void collect(const Section& section, const std::string& path, std::vector<Found>& all) {
  all.push_back({path, section});
  for (const KeyInfo* key : section.keys) {
    std::string name = (path.empty() ? "" : path + ".") + std::string(key->name);
    each_section(name, key->shape, [&](const std::string& inner, const Section& found) {
      collect(found, inner, all);
    });
  }
}

// A text in a cell of a table.
std::string cell(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c == '|' || c == '*' || c == '<') out += '\\';
    out += c;
  }
  return out;
}

std::string code(std::string_view text) { return fmt::format("`{}`", text); }

// What may be written, with the bounds that wants_text leaves out.
std::string value_text(const Shape& shape) {
  bool bounded = shape.kind == Shape::Kind::kDuration || shape.kind == Shape::Kind::kSize;
  if (!bounded) return wants_text(shape);
  return fmt::format("{}, {} to {}", shape.kind == Shape::Kind::kDuration ? "a duration" : "a size",
                     bound_text(shape, shape.least), bound_text(shape, shape.most));
}

std::string default_text(const KeyInfo& key) {
  if (key.trait == Trait::kRequired) return "required";
  if (key.standard.empty() || key.standard == "null") return "";
  return code(key.standard);
}

// What else is to be said of the map, a sentence each.
std::string remarks(const Section& section) {
  std::string text;
  if (!section.bare.empty())
    text += fmt::format("Short form: the value of `{}` in place of the map. ", section.bare);
  if (section.switched) text += "In place of the map: `on`, all defaults, or `off`. ";
  if (!section.one_of.empty()) {
    text += "Exactly one of ";
    for (std::string_view name : section.one_of) {
      if (name != section.one_of.front()) text += ", ";
      text += code(name);
    }
    text += " has to be there. ";
  }
  if (!text.empty()) text.back() = '\n';
  return text;
}

std::string table(const Section& section) {
  std::string text = "| key | value | default | |\n|---|---|---|---|\n";
  for (const KeyInfo* key : section.keys) {
    std::string about(key->about);
    if (key->trait == Trait::kSecret) about += "; shown to nobody";
    text += fmt::format("| {} | {} | {} | {} |\n", code(key->name), cell(value_text(key->shape)),
                        default_text(*key), cell(about));
  }
  return text;
}

}  // namespace

std::string markdown_reference() {
  std::vector<Found> all;
  collect(file_section(), "", all);
  std::string text;
  for (const Found& found : all) {
    text += found.path.empty() ? "## Top level\n\n" : "## " + code(found.path) + "\n\n";
    std::string more = remarks(found.section);
    if (!more.empty()) text += more + "\n";
    text += table(found.section) + "\n";
  }
  text.pop_back();
  return text;
}

}  // namespace weir::config
