#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace weir::backend {

// The parameters of a request's query ("a=1&b=2"), as they were sent: nothing is decoded. A view.
class Query {
 public:
  explicit Query(std::string_view text) : text_(text) {}

  // The value of the first parameter of this name; empty for one without "=". Nothing: not there.
  [[nodiscard]] std::optional<std::string_view> text(std::string_view name) const;
  // The same as a decimal number; `otherwise` where it is not there, nothing where it is no number
  // or above `max`.
  [[nodiscard]] std::optional<std::uint64_t> number(std::string_view name, std::uint64_t otherwise,
                                                    std::uint64_t max) const;

 private:
  std::string_view text_;
};

}  // namespace weir::backend
