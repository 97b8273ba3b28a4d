#include "config/table.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cctype>
#include <set>
#include <string>

#include "config/load.h"
#include "config/sections.h"

namespace weir::config {

namespace {

// Calls visit(section) for each map within a shape.
template <class Visit>
void each_section(const Shape& shape, const Visit& visit) {
  if (shape.section != nullptr) visit(shape.section());
  for (std::size_t i = 0; i < shape.count; ++i) each_section(shape.of[i], visit);
}

// Calls visit(key, path) for every key of a file, sections first.
template <class Visit>
void each_key(const Section& section, const std::string& path, const Visit& visit) {
  for (const KeyInfo* key : section.keys) {
    std::string name = path.empty() ? std::string(key->name) : path + "." + std::string(key->name);
    visit(*key, name);
    each_section(key->shape, [&](const Section& inner) { each_key(inner, name, visit); });
  }
}

// The defaults of a section as YAML, "key: default" a line.
std::string written_out(const Section& section, const std::string& indent) {
  std::string text;
  for (const KeyInfo* key : section.keys) {
    if (!key->standard.empty() && key->standard != "null") {
      text += indent + std::string(key->name) + ": " + std::string(key->standard) + "\n";
    } else if (key->shape.kind == Shape::Kind::kSection && key->standard != "null") {
      text += indent + std::string(key->name) + ":\n" +
              written_out(key->shape.section(), indent + "  ");
    }
  }
  return text;
}

Config load(const std::string& text) {
  Loaded loaded = load_text("a.yaml", text);
  INFO(loaded.errors);
  REQUIRE(loaded.config.has_value());
  return *loaded.config;
}

}  // namespace

TEST_CASE("every key says what it does, in one line and without full stop") {
  std::size_t count = 0;
  each_key(file_section(), "", [&](const KeyInfo& key, const std::string& path) {
    INFO(path);
    ++count;
    CHECK(!key.about.empty());
    CHECK(!key.about.ends_with('.'));
    CHECK(key.about.find('\n') == std::string_view::npos);
    CHECK(std::islower(static_cast<unsigned char>(key.name[0])) != 0);
    CHECK(wants_text(key.shape) != "");
  });
  CHECK(count > 60);
}

TEST_CASE("what a section says of its keys is about keys that it has") {
  std::size_t bare = 0;
  auto check = [&](const Section& section) {
    auto has = [&](std::string_view name) {
      return std::any_of(section.keys.begin(), section.keys.end(),
                         [&](const KeyInfo* key) { return key->name == name; });
    };
    if (!section.bare.empty()) ++bare;
    CHECK_MESSAGE((section.bare.empty() || has(section.bare)), section.name);
    for (std::string_view name : section.one_of) CHECK_MESSAGE(has(name), name);
  };
  each_key(file_section(), "",
           [&](const KeyInfo& key, const std::string&) { each_section(key.shape, check); });
  CHECK(bare >= 4);
}

TEST_CASE("no section has a key twice") {
  std::set<std::string> seen;
  each_key(file_section(), "", [&](const KeyInfo&, const std::string& path) {
    CHECK_MESSAGE(seen.insert(path).second, path);
  });
}

TEST_CASE("the defaults of the table are those of the options") {
  std::string text = "listen: 80\nupstreams:\n  app:\n    endpoints: [\"127.0.0.1:1\"]\n" +
                     written_out(upstream_section(), "    ") + written_out(file_section(), "");
  INFO(text);
  REQUIRE(text.find("client_header: 10s") != std::string::npos);
  REQUIRE(text.find("replay_body: 64k") != std::string::npos);
  Config written = load(text);
  Config bare = load("listen: 80\nupstreams: {app: [\"127.0.0.1:1\"]}\n");

  CHECK(written == bare);
}

TEST_CASE("the defaults of the table are those of a pool") {
  Config written = load(
      "listen: 80\nupstreams:\n  app:\n    endpoints: [{address: \"127.0.0.1:1\", weight: 1, "
      "max_conns: 0, "
      "backup: off, down: off}]\n" +
      written_out(upstream_section(), "    "));
  Config bare = load("listen: 80\nupstreams: {app: [\"127.0.0.1:1\"]}\n");
  CHECK(written == bare);
}

TEST_CASE("the defaults of the table are those of health checks") {
  Config written =
      load("listen: 80\nupstreams:\n  app:\n    endpoints: [\"127.0.0.1:1\"]\n    health_check:\n" +
           written_out(health_check_section(), "      "));
  Config bare =
      load("listen: 80\nupstreams:\n  app: {endpoints: [\"127.0.0.1:1\"], health_check: {}}\n");
  CHECK(written.upstreams.at(0).health_check == bare.upstreams.at(0).health_check);
  CHECK(bare.upstreams.at(0).health_check == upstream::HealthCheckOptions());
}

TEST_CASE("the defaults of the access log are those of its options") {
  Config written = load("listen: 80\nupstreams: {app: [\"127.0.0.1:1\"]}\naccess_log:\n" +
                        written_out(access_log_section(), "  "));
  observe::AccessLogOptions bare;
  CHECK(written.access_log == bare);
}

TEST_CASE("bounds are told in the unit of the key") {
  CHECK(wants_text(integer(1, 65'535)) == "a whole number from 1 to 65535");
  CHECK(wants_text(on_off()) == "on or off");
  constexpr std::string_view kWords[] = {"a", "b", "c"};
  CHECK(wants_text(choice(kWords)) == "a, b or c");
}

}  // namespace weir::config
