// What errors look like: error_pages and intercept.
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/ascii.h"
#include "config/error_keys.h"
#include "config/regular_file.h"
#include "config/table.h"

namespace weir::config {

namespace {

using server::StatusRange;

constexpr unsigned kLeast = 400;
constexpr unsigned kMost = 599;

struct PageType {
  std::string_view ending;
  std::string_view type;
};
constexpr std::array<PageType, 5> kPageTypes = {{{".html", "text/html"},
                                                 {".htm", "text/html"},
                                                 {".json", "application/json"},
                                                 {".xml", "application/xml"},
                                                 {".txt", "text/plain"}}};

// "404", "4xx", "5xx".
std::optional<StatusRange> parse_statuses(std::string_view text) {
  if (text == "4xx") return StatusRange{400, 499};
  if (text == "5xx") return StatusRange{500, 599};
  auto status = base::parse_decimal(text);
  if (!status || *status < kLeast || *status > kMost) return std::nullopt;
  return StatusRange{static_cast<unsigned>(*status), static_cast<unsigned>(*status)};
}

void read_page(Scope& scope, const KeyInfo& key, const Node& node, server::ErrorPage page,
               std::vector<server::ErrorPage>& pages) {
  const std::string* text = read_text(scope, key.name, wants_text(*key.shape.of), node);
  if (text == nullptr) return;
  for (const PageType& one : kPageTypes) {
    if (text->ends_with(one.ending)) page.type = one.type;
  }
  if (page.type.empty())
    return scope.wants(node.place, key.name, wants_text(*key.shape.of),
                       quoted(*text) + " ends otherwise");
  auto body = read_regular_file(relative_to_file(scope.files(), node));
  if (!body) return scope.error(node.place, "page " + quoted(*text) + ": " + body.error().text);
  page.body = std::move(body.value());
  pages.push_back(std::move(page));
}

}  // namespace

void read_error_pages(Scope& scope, const KeyInfo& key, const Node& node,
                      std::vector<server::ErrorPage>& pages) {
  if (!expect_map(scope, key.name, wants_text(key.shape), node)) return;
  for (std::size_t i = 0; i < node.keys.size(); ++i) {
    auto statuses = parse_statuses(node.keys[i].text);
    if (!statuses) {
      scope.error(node.keys[i].place,
                  "'error_pages' has pages for statuses from 400 to 599, 4xx and 5xx; not for " +
                      quoted(node.keys[i].text));
      continue;
    }
    read_page(scope, key, node.items[i], {*statuses, {}, {}}, pages);
  }
}

void read_intercept(Scope& scope, const KeyInfo& key, const Node& node,
                    std::vector<StatusRange>& intercept) {
  for (const Node& entry : read_entries(scope, key.name, wants_text(key.shape), node)) {
    const std::string* text = read_text(scope, key.name, wants_text(key.shape), entry);
    if (text == nullptr) continue;
    if (auto statuses = parse_statuses(*text)) {
      intercept.push_back(*statuses);
    } else {
      scope.wants(entry.place, key.name, wants_text(key.shape), "not " + quoted(*text));
    }
  }
}

}  // namespace weir::config
