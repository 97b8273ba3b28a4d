#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace weir::server {

// Statuses from first to last: one, or a class.
struct StatusRange {
  unsigned first = 0;
  unsigned last = 0;

  [[nodiscard]] bool holds(unsigned status) const { return status >= first && status <= last; }
  bool operator==(const StatusRange&) const = default;
};

// A page that stands in place of the built-in one (YAML: error_pages).
struct ErrorPage {
  StatusRange statuses;
  std::string type;  // its Content-Type
  std::string body;

  bool operator==(const ErrorPage&) const = default;
};

// What the errors of a route look like. Immutable; workers share one.
class ErrorPages {
 public:
  // Pages of the route come before those of all, and of each those of one status before those of a
  // class. `intercept`: statuses of backends whose answers are replaced. The pages must outlive
  // this.
  ErrorPages(const std::vector<ErrorPage>& own, const std::vector<ErrorPage>& common,
             std::vector<StatusRange> intercept);

  // The page of an error; null: the built-in one.
  [[nodiscard]] const ErrorPage* find(unsigned status) const;
  // An answer of a backend with this status is replaced.
  [[nodiscard]] bool intercepts(unsigned status) const;

 private:
  std::vector<const ErrorPage*> pages_;  // in the order in which they are tried
  std::vector<StatusRange> intercept_;
};

}  // namespace weir::server
