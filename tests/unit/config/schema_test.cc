#include "config/schema.h"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "config/sections.h"

namespace weir::config {

namespace {

using Json = nlohmann::json;

// Calls visit(schema, path) for each key in an object's properties.
template <class Visit>
void each_property(const Json& object, const std::string& path, const Visit& visit) {
  for (const auto& [name, schema] : object.at("properties").items())
    visit(schema, path + "." + name);
}

}  // namespace

TEST_CASE("every key of every map is in the schema, described and closed to others") {
  Json schema = Json::parse(json_schema());
  CHECK(schema.at("$schema") == "http://json-schema.org/draft-07/schema#");
  CHECK(schema.at("additionalProperties") == false);
  CHECK(schema.at("properties").size() == file_section().keys.size());
  std::size_t count = 0;
  auto check = [&](const Json& key, const std::string& path) {
    ++count;
    CHECK_MESSAGE(key.at("description").get<std::string>() != "", path);
  };
  each_property(schema, "", check);
  for (const auto& [key, definition] : schema.at("definitions").items()) {
    const std::string& name = key;
    if (name == "variable") continue;
    CHECK_MESSAGE(definition.at("additionalProperties") == false, name);
    each_property(definition, name, check);
  }
  CHECK(count > 80);
}

TEST_CASE("choices, bounds, patterns and defaults are the table's") {
  Json all = Json::parse(json_schema());
  const Json& definitions = all.at("definitions");
  auto key = [&](const char* section, const char* name) {
    return definitions.at(section).at("properties").at(name);
  };
  CHECK(key("endpoint", "weight").at("minimum") == 1);
  CHECK(key("endpoint", "weight").at("maximum") == 65'535);
  CHECK(key("endpoint", "weight").at("default") == 1);
  CHECK(key("upstream", "on_down").at("anyOf").at(0).at("enum") == Json{"keep", "close_tunnels"});
  CHECK(key("retry", "on").at("default") == Json{"connect", "reset", "timeout"});
  CHECK(key("upstream", "health_check").at("anyOf").at(1).at("type") == "null");
  CHECK(key("upstream", "retry").at("allOf").at(0).at("$ref") == "#/definitions/retry");
  CHECK(definitions.at("endpoint").at("required") == Json{"address"});
  CHECK(definitions.at("route").at("oneOf").at(0).at("required") == Json{"upstream"});
  CHECK(key("redirect", "status").at("anyOf").at(0).at("enum").at(1) == 301);
  CHECK(key("endpoint", "down").at("default") == "off");
}

}  // namespace weir::config
