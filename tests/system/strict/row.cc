#include "system/strict/row.h"

#include <fstream>
#include <stdexcept>

#include "support/escapes.h"

namespace weir::strict {

namespace {

using support::unescape;

constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
constexpr std::string_view kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

// Takes a word off the front.
std::string_view take_word(std::string_view& text) {
  std::string_view word = text.substr(0, text.find(' '));
  text.remove_prefix(word.size() == text.size() ? word.size() : word.size() + 1);
  return word;
}

bool read_setting(std::string_view word, Row& row) {
  if (word == "client=fin") row.client = Ending::kFin;
  if (word == "client=rst") row.client = Ending::kReset;
  if (word == "origin=fin") row.origin = Ending::kFin;
  if (word == "origin=rst") row.origin = Ending::kReset;
  if (word == "twice") row.twice = true;
  return word == "twice" || word.starts_with("client=") || word.starts_with("origin=");
}

void read_settings(std::string_view text, Row& row) {
  while (!text.empty()) {
    if (!read_setting(take_word(text), row)) throw std::runtime_error("an unknown setting");
  }
}

// "has NAME: VALUE" and the like; false where the line is none of these.
bool read_check(std::string_view text, std::vector<Expected>& of) {
  using Kind = Check::Kind;
  std::string_view rest = text;
  std::string_view word = take_word(rest);
  auto add = [&](Kind kind, std::string_view name, std::string_view value) {
    if (of.empty()) throw std::runtime_error("a check of no message");
    of.back().checks.push_back({kind, std::string(name), unescape(value)});
  };
  if (word == "has" || word == "trailer") {
    std::size_t colon = rest.find(':');
    if (colon == std::string_view::npos) throw std::runtime_error("no NAME: VALUE");
    std::string_view value = rest.substr(colon + 1);
    value.remove_prefix(value.empty() ? 0 : 1);
    add(word == "has" ? Kind::kHas : Kind::kTrailer, rest.substr(0, colon), value);
  } else if (word == "lacks" || word == "untrailed") {
    add(word == "lacks" ? Kind::kLacks : Kind::kUntrailed, rest, {});
  } else if (word == "body") {
    add(Kind::kBody, {}, rest);
  } else if (word == "interim") {
    add(Kind::kInterim, {}, rest);
  } else {
    return false;
  }
  return true;
}

void read_sight(std::string_view text, Row& row) {
  if (read_check(text, row.requests)) return;
  if (text == "nothing" || text == "cut") {
    row.sight = text == "cut" ? Row::Sight::kNoWhole : Row::Sight::kNothing;
  } else if (text.starts_with("connections ")) {
    row.connections = std::stoul(std::string(text.substr(12)));
  } else {
    row.sight = Row::Sight::kRequests;
    row.requests.push_back({unescape(text), {}});
  }
}

void read_answer(std::string_view text, Row& row) {
  if (read_check(text, row.answers)) return;
  std::string_view what = take_word(text);
  if (what == "none") {
    row.after = Row::After::kNone;
  } else {
    row.answers.push_back({std::string(what), {}});
  }
  while (!text.empty()) {
    std::string_view word = take_word(text);
    if (word == "closed" || word == "cut") {
      row.after = word == "cut" ? Row::After::kCut : Row::After::kClosed;
    } else {
      row.reasons.emplace_back(word);
    }
  }
}

void read_line(char sigil, std::string_view rest, Row& row) {
  switch (sigil) {
    case '@':
      row.rule = rest;
      return;
    case '!':
      return read_settings(rest, row);
    case '>':
      row.has_sent = true;
      row.sent += unescape(rest);
      return;
    case '<':
      row.has_answer = true;
      row.answer += unescape(rest);
      return;
    case '~':
      return read_sight(rest, row);
    case '=':
      return read_answer(rest, row);
    case '-':
      row.forbidden.push_back(unescape(rest));
      return;
    default:
      throw std::runtime_error("a line begins with one of # @ ! > < ~ = - ;");
  }
}

// A row that says nothing would pass whatever came.
void complete(Row& row) {
  bool is_bound = false;
  for (std::string_view level : {", must", ", should", ", may", ", policy"})
    is_bound = is_bound || row.rule.ends_with(level);
  if (!is_bound) throw std::runtime_error(row.place + ": no rule");
  if (row.answers.empty() && row.after != Row::After::kNone && row.client != Ending::kReset)
    throw std::runtime_error(row.place + ": nothing comes back");
  if (!row.has_sent) row.sent = kGet;
  if (!row.has_answer) row.answer = kOk;
}

}  // namespace

std::vector<Row> read_table(std::string_view name) {
  std::string path = std::string(WEIR_SOURCE_DIR) + "/tests/system/strict/" + std::string(name);
  std::ifstream file(path);
  if (!file.good()) throw std::runtime_error("no " + path);
  std::vector<Row> rows;
  std::string line;
  for (int at = 1; std::getline(file, line); ++at) {
    if (line.empty() || line[0] == ';') continue;
    std::string place = std::string(name) + ":" + std::to_string(at);
    if (line.size() < 2 || (rows.empty() && line[0] != '#')) throw std::runtime_error(place);
    std::string_view rest = std::string_view(line).substr(2);
    if (line[0] == '#') {
      rows.emplace_back();
      rows.back().place = place;
      rows.back().promise = rest;
      continue;
    }
    try {
      read_line(line[0], rest, rows.back());
    } catch (const std::exception& error) {
      throw std::runtime_error(place + ": " + error.what());
    }
  }
  for (Row& row : rows) complete(row);
  return rows;
}

}  // namespace weir::strict
