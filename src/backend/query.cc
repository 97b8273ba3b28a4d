#include "backend/query.h"

#include "base/ascii.h"

namespace weir::backend {

std::optional<std::string_view> Query::text(std::string_view name) const {
  std::string_view rest = text_;
  while (!rest.empty()) {
    auto end = rest.find('&');
    std::string_view one = rest.substr(0, end);
    auto equals = one.find('=');
    if (one.substr(0, equals) == name) {
      return equals == std::string_view::npos ? std::string_view() : one.substr(equals + 1);
    }
    if (end == std::string_view::npos) break;
    rest.remove_prefix(end + 1);
  }
  return std::nullopt;
}

std::optional<std::uint64_t> Query::number(std::string_view name, std::uint64_t otherwise,
                                           std::uint64_t max) const {
  auto value = text(name);
  if (!value) return otherwise;
  auto number = base::parse_decimal(*value);
  if (!number || *number > max) return std::nullopt;
  return number;
}

}  // namespace weir::backend
