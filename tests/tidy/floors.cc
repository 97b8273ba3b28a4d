#include "tidy/floors.h"

#include <functional>
#include <set>
#include <sstream>

namespace weir::tidy {

namespace {

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  std::istringstream in{std::string(text)};
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

void check_arrows(const Floors& floors, Problems& problems) {
  for (const auto& [name, folder] : floors) {
    for (const auto& arrow : folder.arrows) {
      auto to = floors.find(arrow);
      if (to == floors.end()) {
        problems.push_back("floors.txt: " + name + " -> " + arrow + ", which is no folder there");
      } else if (to->second.floor > folder.floor) {
        problems.push_back("floors.txt: " + name + " -> " + arrow + " points up");
      }
    }
  }
}

void check_cycles(const Floors& floors, Problems& problems) {
  std::set<std::string> done;
  std::vector<std::string> path;
  std::function<void(const std::string&)> visit = [&](const std::string& name) {
    for (const auto& on_path : path) {
      if (on_path == name) return problems.push_back("floors.txt: " + name + " is in a cycle");
    }
    auto folder = floors.find(name);
    if (folder == floors.end() || done.contains(name)) return;
    path.push_back(name);
    for (const auto& arrow : folder->second.arrows) visit(arrow);
    path.pop_back();
    done.insert(name);
  };
  for (const auto& [name, folder] : floors) visit(name);
}

}  // namespace

Floors parse_floors(std::string_view text, Problems& problems) {
  Floors floors;
  std::size_t number = 0;
  for (std::string_view line : lines_of(text)) {
    ++number;
    auto words = words_of(line);
    if (words.empty() || words[0].starts_with('#')) continue;
    std::string where = "floors.txt:" + std::to_string(number) + ": ";
    bool digits = words[0].find_first_not_of("0123456789") == std::string::npos;
    if (words.size() < 3 || !digits || words[2] != "->") {
      problems.push_back(where + "not of the form 'N folder -> folder ...'");
      continue;
    }
    Folder folder{std::stoi(words[0]), {words.begin() + 3, words.end()}};
    if (!floors.emplace(words[1], folder).second)
      problems.push_back(where + words[1] + " comes twice");
  }
  check_arrows(floors, problems);
  check_cycles(floors, problems);
  return floors;
}

std::vector<Include> includes_of(std::string_view text) {
  std::vector<Include> includes;
  std::string code = code_of(text, Literals::kKeep);
  std::size_t number = 0;
  for (std::string_view line : lines_of(code)) {
    ++number;
    line = trim(line);
    if (!line.starts_with('#')) continue;
    line = trim(line.substr(1));
    if (!line.starts_with("include")) continue;
    line = trim(line.substr(7));
    if (line.size() < 2) continue;
    bool quoted = line[0] == '"';
    std::size_t end = line.find(quoted ? '"' : '>', 1);
    includes.push_back({std::string(line.substr(1, end - 1)), quoted, number});
  }
  return includes;
}

}  // namespace weir::tidy
