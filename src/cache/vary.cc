#include "cache/vary.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <vector>

#include "base/ascii.h"

namespace weir::cache {
namespace {

constexpr std::string_view kCodings = "accept-encoding";

// Calls visit(member) for each member of the lines of `name`; returns whether there are any lines.
template <class Visit>
bool each_member(const http::Fields& request, std::string_view name, Visit visit) {
  bool any = false;
  for (const http::Field& field : request) {
    if (!base::equal_nocase(field.name, name)) continue;
    any = true;
    // A comma or blank inside of a quoted string is part of the value.
    if (field.value.find('"') != std::string_view::npos) {
      visit(field.value);
      continue;
    }
    base::each_token(field.value, [&visit](std::string_view member) {
      visit(member);
      return true;
    });
  }
  return any;
}

// A member of Accept-Encoding in lower case, without blanks and without a weight of 1.
void add_coding(std::string& to, std::string_view member) {
  std::size_t begin = to.size();
  for (char c : member) {
    if (!base::is_blank(c)) to += base::lower(c);
  }
  constexpr std::string_view kFull = ";q=1";
  auto at = to.rfind(kFull);
  bool full = at != std::string::npos && at >= begin &&
              to.find_first_not_of("0.", at + kFull.size()) == std::string::npos;
  if (full) to.resize(at);
}

// The codings, sorted and each once: their order says nothing. Who names more than kSorted of them
// is alone with that order.
bool add_codings(std::string& to, const http::Fields& request) {
  struct Place {
    std::size_t at = 0;
    std::size_t size = 0;
  };
  constexpr std::size_t kSorted = 16;
  std::array<Place, kSorted> places;
  std::size_t count = 0;
  const std::size_t begin = to.size();
  bool any = each_member(request, kCodings, [&](std::string_view member) {
    std::size_t at = to.size();
    add_coding(to, member);
    if (count < kSorted) places[count] = {at, to.size() - at};
    ++count;
    to += ',';
  });
  if (count > kSorted) return any;
  auto text = [&to](const Place& place) {
    return std::string_view(to).substr(place.at, place.size);
  };
  Place* end = places.data() + count;
  std::sort(places.data(), end, [&](const Place& a, const Place& b) { return text(a) < text(b); });
  end = std::unique(places.data(), end,
                    [&](const Place& a, const Place& b) { return text(a) == text(b); });
  // Behind what was read, which then goes.
  const std::size_t sorted = to.size();
  for (const Place* place = places.data(); place != end; ++place) {
    if (to.size() > sorted) to += ',';
    to.append(to, place->at, place->size);
  }
  to.erase(begin, sorted - begin);
  return any;
}

// The value of all lines of `name` as one; false where there is none.
bool add_value(std::string& to, const http::Fields& request, std::string_view name) {
  if (name == kCodings) return add_codings(to, request);
  const std::size_t begin = to.size();
  return each_member(request, name, [&](std::string_view member) {
    if (to.size() > begin) to += ',';
    to += member;
  });
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
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  std::string text;
  for (const std::string& name : names) {
    if (!text.empty()) text += ',';
    text += name;
  }
  return text;
}

void write_varying_values(const http::Fields& request, std::string_view names, std::string& out) {
  constexpr std::size_t kDigits = 20;
  out.clear();
  base::each_token(names, [&](std::string_view name) {
    const std::size_t begin = out.size();
    bool there = add_value(out, request, name);
    char length[kDigits + 1] = {'-'};
    char* end = there ? base::write_decimal(length, out.size() - begin) : length + 1;
    *end++ = ':';
    out.insert(begin, length, static_cast<std::size_t>(end - length));
    return true;
  });
}

std::string varying_values(const http::Fields& request, std::string_view names) {
  std::string text;
  write_varying_values(request, names, text);
  return text;
}

}  // namespace weir::cache
