#include <filesystem>
#include <regex>
#include <sstream>
#include <stdexcept>

#include "system/access_log/setup.h"

namespace weir::access_log {

std::vector<std::string> lines_of(const std::string& path) {
  std::vector<std::string> lines;
  if (!std::filesystem::exists(path)) return lines;
  std::string text = support::read_whole_file(path);
  std::istringstream in(text.substr(0, text.rfind('\n') + 1));
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::vector<std::string> wait_lines(const std::string& path, std::size_t count) {
  wait_until("lines of the log", [&] { return lines_of(path).size() >= count; });
  return lines_of(path);
}

std::string without_time(const std::string& line) {
  static const std::regex kTime(R"(\[\d\d/[A-Z][a-z][a-z]/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}\])");
  std::string out = std::regex_replace(line, kTime, "[TIME]");
  if (out == line) throw std::runtime_error("no time in '" + line + "'");
  return out;
}

}  // namespace weir::access_log
