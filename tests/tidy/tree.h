#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

// What the tidy checks work on: texts with paths. A check is a function from these to a list of
// problems, so that each is also tried on small texts that break its rule.
namespace weir::tidy {

// A file of the repository; the path is relative to its root.
struct File {
  std::string path;
  std::string text;
};
using Files = std::vector<File>;
using Problems = std::vector<std::string>;
using Lines = std::vector<std::string_view>;

// All files below root/folder, sorted by path; none where the folder is not there. Build trees are
// left out.
Files read_tree(const std::filesystem::path& root, std::string_view folder);
// The text of root/path; empty where it is not there.
std::string read_file(const std::filesystem::path& root, std::string_view path);

// The lines of a text, without their ends.
Lines lines_of(std::string_view text);

enum class Literals { kKeep, kBlank };
// C++ text with its comments blanked, and the insides of its literals when asked to; lines stay
// where they are.
std::string code_of(std::string_view text, Literals literals);
// Code with its preprocessor lines blanked too.
std::string without_directives(std::string code);

// "src/http/uri.cc" -> "http"; empty for a file right in src.
std::string_view folder_of(std::string_view path);
// "src/http/uri.cc" -> "uri".
std::string_view stem_of(std::string_view path);
bool is_source(std::string_view path);  // .cc
bool is_header(std::string_view path);  // .h

bool is_word_char(char c);
// The offset of `word` in `text` at or behind `from`, standing alone; npos for none.
std::size_t find_word(std::string_view text, std::string_view word, std::size_t from = 0);
// The line number, from 1, of an offset.
std::size_t line_at(std::string_view text, std::size_t offset);
std::string_view trim(std::string_view text);

// For the message of a failed check.
std::string listing(const Problems& problems);
// One of the problems has `part` in it.
bool mentions(const Problems& problems, std::string_view part);

}  // namespace weir::tidy
