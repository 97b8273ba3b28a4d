#include "cache/vary.h"

#include <algorithm>
#include <vector>

#include "base/ascii.h"

namespace weir::cache {
namespace {

void join(std::string& to, const std::vector<std::string>& pieces) {
  for (const std::string& piece : pieces) {
    if (!to.empty()) to += ',';
    to += piece;
  }
}

void sort_unique(std::vector<std::string>& pieces) {
  std::sort(pieces.begin(), pieces.end());
  pieces.erase(std::unique(pieces.begin(), pieces.end()), pieces.end());
}

// A member of Accept-Encoding in lower case, without blanks and without a weight of 1.
std::string coding_of(std::string_view member) {
  std::string text;
  for (char c : member) {
    if (!base::is_blank(c)) text += base::lower(c);
  }
  constexpr std::string_view kFull = ";q=1";
  auto at = text.rfind(kFull);
  bool full = at != std::string::npos &&
              text.find_first_not_of("0.", at + kFull.size()) == std::string::npos;
  if (full) text.resize(at);
  return text;
}

// The value of all lines of `name` as one; false where there is none.
bool value_of(const http::Fields& request, std::string_view name, std::string& out) {
  bool is_set = name == "accept-encoding";
  bool any = false;
  std::vector<std::string> members;
  for (const http::Field& field : request) {
    if (!base::equal_nocase(field.name, name)) continue;
    any = true;
    // A comma or blank inside of a quoted string is part of the value.
    if (field.value.find('"') != std::string_view::npos) {
      members.emplace_back(field.value);
      continue;
    }
    base::each_token(field.value, [&](std::string_view member) {
      members.push_back(is_set ? coding_of(member) : std::string(member));
      return true;
    });
  }
  if (is_set) sort_unique(members);
  join(out, members);
  return any;
}

}  // namespace

std::string varying_names(const http::Fields& response) {
  std::vector<std::string> names;
  for (const http::Field& field : response) {
    if (field.id != http::Name::kVary) continue;
    base::each_token(field.value, [&names](std::string_view name) {
      names.push_back(base::to_lower(name));
      return true;
    });
  }
  sort_unique(names);
  std::string text;
  join(text, names);
  return text;
}

std::string varying_values(const http::Fields& request, std::string_view names) {
  std::string text;
  base::each_token(names, [&](std::string_view name) {
    std::string value;
    bool there = value_of(request, name, value);
    text += there ? std::to_string(value.size()) : "-";
    text += ':';
    text += value;
    return true;
  });
  return text;
}

}  // namespace weir::cache
