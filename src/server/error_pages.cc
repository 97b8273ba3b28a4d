#include "server/error_pages.h"

#include <algorithm>
#include <utility>

namespace weir::server {

ErrorPages::ErrorPages(const std::vector<ErrorPage>& own, const std::vector<ErrorPage>& common,
                       std::vector<StatusRange> intercept)
    : intercept_(std::move(intercept)) {
  for (const auto* pages : {&own, &common}) {
    for (bool single : {true, false}) {
      for (const ErrorPage& page : *pages) {
        if ((page.statuses.first == page.statuses.last) == single) pages_.push_back(&page);
      }
    }
  }
}

const ErrorPage* ErrorPages::find(unsigned status) const {
  auto at = std::find_if(pages_.begin(), pages_.end(),
                         [status](const auto* page) { return page->statuses.holds(status); });
  return at == pages_.end() ? nullptr : *at;
}

bool ErrorPages::intercepts(unsigned status) const {
  return std::any_of(intercept_.begin(), intercept_.end(),
                     [status](const auto& range) { return range.holds(status); });
}

}  // namespace weir::server
