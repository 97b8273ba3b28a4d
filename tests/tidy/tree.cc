#include "tidy/tree.h"

#include <algorithm>
#include <fstream>
#include <sstream>

namespace weir::tidy {

namespace fs = std::filesystem;

std::string read_file(const fs::path& root, std::string_view path) {
  std::ifstream in(root / path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

Files read_tree(const fs::path& root, std::string_view folder) {
  Files files;
  fs::path top = root / folder;
  if (!fs::is_directory(top)) return files;
  for (auto at = fs::recursive_directory_iterator(top); at != fs::recursive_directory_iterator();
       ++at) {
    std::string name = at->path().filename().string();
    if (at->is_directory() && (name == ".git" || name == ".cache" || name.starts_with("build"))) {
      at.disable_recursion_pending();
    } else if (at->is_regular_file()) {
      std::string path = at->path().lexically_relative(root).generic_string();
      files.push_back({path, read_file(root, path)});
    }
  }
  std::sort(files.begin(), files.end(),
            [](const File& a, const File& b) { return a.path < b.path; });
  return files;
}

Lines lines_of(std::string_view text) {
  Lines lines;
  while (!text.empty()) {
    std::size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

namespace {

// Blanks out[from, to) but for its line ends.
void blank(std::string& out, std::size_t from, std::size_t to) {
  for (std::size_t i = from; i < std::min(to, out.size()); ++i) {
    if (out[i] != '\n') out[i] = ' ';
  }
}

// A quote between two digits separates them.
bool separates_digits(std::string_view text, std::size_t quote) {
  if (quote == 0 || quote + 1 >= text.size()) return false;
  if (!is_word_char(text[quote - 1]) || !is_word_char(text[quote + 1])) return false;
  std::size_t start = quote;
  while (start > 0 && (is_word_char(text[start - 1]) || text[start - 1] == '\'')) --start;
  return text[start] >= '0' && text[start] <= '9';
}

// The offset behind the literal whose opening quote is at `quote`.
std::size_t literal_end(std::string_view text, std::size_t quote) {
  char kind = text[quote];
  bool raw = kind == '"' && quote > 0 && text[quote - 1] == 'R';
  if (raw) {
    std::size_t open = text.find('(', quote);
    if (open == std::string_view::npos) return text.size();
    std::string close = ")" + std::string(text.substr(quote + 1, open - quote - 1)) + "\"";
    std::size_t end = text.find(close, open);
    return end == std::string_view::npos ? text.size() : end + close.size();
  }
  std::size_t i = quote + 1;
  while (i < text.size() && text[i] != kind && text[i] != '\n') i += text[i] == '\\' ? 2 : 1;
  return std::min(i + 1, text.size());
}

}  // namespace

std::string code_of(std::string_view text, Literals literals) {
  std::string out(text);
  for (std::size_t i = 0; i < text.size();) {
    if (text.substr(i).starts_with("//")) {
      std::size_t end = std::min(text.find('\n', i), text.size());
      blank(out, i, end);
      i = end;
    } else if (text.substr(i).starts_with("/*")) {
      std::size_t close = text.find("*/", i + 2);
      std::size_t end = close == std::string_view::npos ? text.size() : close + 2;
      blank(out, i, end);
      i = end;
    } else if (text[i] == '"' || (text[i] == '\'' && !separates_digits(text, i))) {
      std::size_t end = literal_end(text, i);
      if (literals == Literals::kBlank) blank(out, i + 1, end - 1);
      i = end;
    } else {
      ++i;
    }
  }
  return out;
}

std::string without_directives(std::string code) {
  bool in_directive = false;
  for (std::size_t start = 0; start < code.size();) {
    std::size_t end = std::min(code.find('\n', start), code.size());
    std::string_view line = trim(std::string_view(code).substr(start, end - start));
    bool directive = in_directive || line.starts_with('#');
    in_directive = directive && line.ends_with('\\');
    if (directive) blank(code, start, end);
    start = end + 1;
  }
  return code;
}

std::string_view folder_of(std::string_view path) {
  std::size_t first = path.find('/');
  if (first == std::string_view::npos) return {};
  std::size_t second = path.find('/', first + 1);
  if (second == std::string_view::npos) return {};
  return path.substr(first + 1, second - first - 1);
}

std::string_view stem_of(std::string_view path) {
  path.remove_prefix(path.rfind('/') + 1);
  return path.substr(0, path.rfind('.'));
}

bool is_source(std::string_view path) { return path.ends_with(".cc"); }
bool is_header(std::string_view path) { return path.ends_with(".h"); }

bool is_word_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

std::size_t find_word(std::string_view text, std::string_view word, std::size_t from) {
  for (std::size_t at = text.find(word, from); at != std::string_view::npos;
       at = text.find(word, at + 1)) {
    std::size_t end = at + word.size();
    bool starts = at == 0 || !is_word_char(text[at - 1]) || !is_word_char(word.front());
    bool ends = end == text.size() || !is_word_char(text[end]) || !is_word_char(word.back());
    if (starts && ends) return at;
  }
  return std::string_view::npos;
}

std::size_t line_at(std::string_view text, std::size_t offset) {
  auto before = text.substr(0, offset);
  return 1 + static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
}

std::string_view trim(std::string_view text) {
  std::size_t start = text.find_first_not_of(" \t\r\n");
  if (start == std::string_view::npos) return {};
  return text.substr(start, text.find_last_not_of(" \t\r\n") - start + 1);
}

std::string listing(const Problems& problems) {
  std::string out;
  for (const auto& problem : problems) out += "\n  " + problem;
  return out;
}

bool mentions(const Problems& problems, std::string_view part) {
  return std::any_of(problems.begin(), problems.end(), [&](const std::string& problem) {
    return problem.find(part) != std::string::npos;
  });
}

}  // namespace weir::tidy
