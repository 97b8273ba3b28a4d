#include "row.h"

#include <doctest/doctest.h>

#include <charconv>
#include <fstream>

#include "base/ascii.h"
#include "support/escapes.h"

namespace weir::wire {
namespace {

std::size_t number(std::string_view text) {
  auto value = base::parse_decimal(text);
  REQUIRE_MESSAGE(value.has_value(), "not a number: ", std::string(text));
  return static_cast<std::size_t>(*value);
}

// "! header_bytes=64 header_count=2 uri_bytes=32 methods=HEAD,GET closes"
void read_settings(std::string_view text, Row& row) {
  while (!text.empty()) {
    auto word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(text.size(), word.size() + 1));
    auto mark = word.find('=');
    auto key = word.substr(0, mark);
    auto value = mark == std::string_view::npos ? std::string_view() : word.substr(mark + 1);
    if (key == "header_bytes") {
      row.limits.header_bytes = number(value);
    } else if (key == "header_count") {
      row.limits.header_count = number(value);
    } else if (key == "uri_bytes") {
      row.limits.uri_bytes = number(value);
    } else if (key == "closes") {
      row.closes = true;
    } else if (key == "switches") {
      row.switches = true;
    } else if (key == "methods") {
      base::each_token(value, [&row](std::string_view method) {
        row.methods.push_back(http::method_of(method));
        return true;
      });
    } else {
      FAIL("unknown setting: ", std::string(word));
    }
  }
}

}  // namespace

std::vector<Row> read_table(std::string_view name) {
  std::string path = std::string(WEIR_SOURCE_DIR) + "/tests/wire/" + std::string(name);
  std::ifstream file(path);
  REQUIRE_MESSAGE(file.good(), path);
  std::vector<Row> rows;
  std::string line;
  for (int at = 1; std::getline(file, line); ++at) {
    if (line.empty() || line[0] == ';') continue;
    REQUIRE_MESSAGE(line.size() >= 2, path, ":", at);
    std::string_view rest = std::string_view(line).substr(2);
    if (line[0] == '#') {
      rows.emplace_back();
      rows.back().file = name;
      rows.back().line = at;
      rows.back().promise = rest;
      continue;
    }
    REQUIRE_MESSAGE(!rows.empty(), path, ":", at);
    if (line[0] == '>') {
      rows.back().bytes += support::unescape(rest);
    } else if (line[0] == '=') {
      rows.back().expected.emplace_back(rest);
    } else if (line[0] == '!') {
      read_settings(rest, rows.back());
    } else {
      FAIL(path, ":", at, ": a line begins with one of # > = ! ;");
    }
  }
  return rows;
}

}  // namespace weir::wire
