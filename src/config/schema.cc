#include "config/schema.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "base/ascii.h"
#include "config/sections.h"

namespace weir::config {

namespace {

using Json = nlohmann::ordered_json;
using Forms = std::vector<Json>;  // any of them will do

// Whatever a value is to be, it may come from the environment.
constexpr std::string_view kOrVariable = "|\\$\\{";

std::string pattern(std::string_view regex) { return std::string(regex).append(kOrVariable); }

// A number, or the same as a text.
Json number(std::string_view regex, std::uint64_t least, std::uint64_t most) {
  return {{"type", {"integer", "string"}},
          {"minimum", least},
          {"maximum", most},
          {"pattern", pattern(regex)}};
}

Json text_form(std::string_view regex) {
  // Where a text is wanted, 42 and true are texts to weir.
  Json form = {{"type", {"string", "number", "boolean"}}};
  if (!regex.empty()) form["pattern"] = pattern(regex);
  return form;
}

// What YAML readers make of a word: some take on and off for true and false, and all take digits
// for a number.
void add_word(Json& words, std::string_view word) {
  words.push_back(word);
  if (word == "on" || word == "true") words.push_back(true);
  if (word == "off" || word == "false") words.push_back(false);
  if (auto value = base::parse_decimal(word)) words.push_back(*value);
}

Json words_form(std::span<const std::string_view> words) {
  Json form = {{"enum", Json::array()}};
  for (std::string_view word : words) add_word(form["enum"], word);
  return form;
}

// A value of a default, as JSON has it.
Json json_of(const Node& node) {
  if (node.is(Node::Kind::kList)) {
    Json list = Json::array();
    for (const Node& item : node.items) list.push_back(json_of(item));
    return list;
  }
  if (node.is(Node::Kind::kMap)) {
    Json map = Json::object();
    for (std::size_t i = 0; i < node.keys.size(); ++i)
      map[node.keys[i].text] = json_of(node.items[i]);
    return map;
  }
  if (!node.is(Node::Kind::kText)) return nullptr;
  if (auto value = base::parse_decimal(node.text)) return *value;
  return node.text;
}

Json json_of(std::string_view yaml) {
  Source source("", std::string(yaml));
  Errors errors(source);
  auto node = read_yaml(errors);
  return node ? json_of(*node) : Json(yaml);
}

// Makes the schema of one file; each section becomes a definition where it is met first.
class Writer {
 public:
  Json file();

 private:
  Forms forms(const Shape& shape);
  Forms section_forms(const Section& section);
  Json object(const Section& section);
  Json key(const KeyInfo& key);

  Json definitions_ = Json::object();
};

Json any_of(const Forms& forms) {
  if (forms.size() == 1) return forms.front();
  Json all = Json::array();
  for (const Json& form : forms) {
    if (std::find(all.begin(), all.end(), form) == all.end()) all.push_back(form);
  }
  return {{"anyOf", std::move(all)}};
}

Json reference(std::string_view name) { return {{"$ref", "#/definitions/" + std::string(name)}}; }

Forms Writer::forms(const Shape& shape) {
  switch (shape.kind) {
    case Shape::Kind::kDuration:
      return {number("^(0|(0|[1-9][0-9]*)(ms|s|m|h|d))$", 0, 0)};
    case Shape::Kind::kSize:
      return {number("^(0|[1-9][0-9]*)[kmg]?$", shape.least, shape.most)};
    case Shape::Kind::kInteger:
      return {number("^(0|[1-9][0-9]*)$", shape.least, shape.most)};
    case Shape::Kind::kPercent:
      return {{{"type", "string"}, {"pattern", pattern("^(0|[1-9][0-9]*)%$")}}};
    case Shape::Kind::kSwitch: {
      constexpr std::string_view kSwitch[] = {"on", "off", "true", "false"};
      return {words_form(kSwitch), reference("variable")};
    }
    case Shape::Kind::kChoice:
      return {words_form(shape.choices), reference("variable")};
    case Shape::Kind::kText:
    case Shape::Kind::kPath:
      return {text_form(shape.pattern)};
    case Shape::Kind::kSection:
      return section_forms(shape.section());
    case Shape::Kind::kList: {
      Forms all = forms(shape.of[0]);
      Json list = {{"type", "array"}, {"items", any_of(all)}};
      if (shape.least > 0) list["minItems"] = shape.least;
      all.push_back(std::move(list));
      return all;
    }
    case Shape::Kind::kNames: {
      Json map = {{"type", "object"}, {"additionalProperties", any_of(forms(shape.of[0]))}};
      if (!shape.pattern.empty()) map["propertyNames"] = {{"pattern", shape.pattern}};
      return {std::move(map)};
    }
    case Shape::Kind::kAnyOf:
      break;
  }
  Forms all;
  for (std::size_t i = 0; i < shape.count; ++i) {
    for (Json& form : forms(shape.of[i])) all.push_back(std::move(form));
  }
  return all;
}

Forms Writer::section_forms(const Section& section) {
  std::string name(section.name);
  if (!definitions_.contains(name)) {
    definitions_[name] = nullptr;  // its place, in front of those that it leads to
    definitions_[name] = object(section);
  }
  Forms all = {reference(name)};
  if (const KeyInfo* bare = find_key(section, section.bare)) {
    for (Json& form : forms(bare->shape)) all.push_back(std::move(form));
  }
  if (section.switched) {
    for (Json& form : forms(on_off())) all.push_back(std::move(form));
  }
  return all;
}

Json Writer::object(const Section& section) {
  Json object = {
      {"type", "object"}, {"properties", Json::object()}, {"additionalProperties", false}};
  Json required = Json::array();
  for (const KeyInfo* info : section.keys) {
    object["properties"][std::string(info->name)] = key(*info);
    if (info->trait == Trait::kRequired) required.push_back(info->name);
  }
  if (!required.empty()) object["required"] = std::move(required);
  for (std::string_view name : section.one_of)
    object["oneOf"].push_back({{"required", Json::array({name})}});
  return object;
}

Json Writer::key(const KeyInfo& key) {
  Json schema = {{"description", key.about}};
  Forms all = forms(key.shape);
  if (key.standard == "null") all.push_back({{"type", "null"}});
  if (!key.standard.empty()) schema["default"] = json_of(key.standard);
  if (key.trait == Trait::kSecret) schema["writeOnly"] = true;
  Json value = any_of(all);
  // Beside $ref draft 7 looks at nothing else.
  if (value.contains("$ref")) value = {{"allOf", Json::array({std::move(value)})}};
  schema.update(value);
  return schema;
}

Json Writer::file() {
  Json schema = {{"$schema", "http://json-schema.org/draft-07/schema#"},
                 {"title", "A configuration of weir"}};
  Json root = object(file_section());
  // What is required may stand in an included file, and that file is validated by itself.
  root.erase("required");
  // An included file may hold nothing yet.
  root["type"] = {"object", "null"};
  schema.update(root);
  definitions_["variable"] = {{"type", "string"},
                              {"pattern", kOrVariable.substr(1)},
                              {"description", "a value from the environment, such as ${NAME}"}};
  schema["definitions"] = std::move(definitions_);
  return schema;
}

}  // namespace

std::string json_schema() { return Writer().file().dump(2) + "\n"; }

}  // namespace weir::config
