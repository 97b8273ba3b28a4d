#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "base/result.h"
#include "http/method.h"

namespace weir::routing {

// Methods that a route takes. GET takes HEAD along, as everywhere in HTTP (RFC 9110
// section 9.3.2). A plain value; searched by many threads.
class MethodSet {
 public:
  // Adds a method by its token. An Error, as a whole sentence, for what is none, for one in small
  // letters (methods are case-sensitive and none that is registered has them), and for CONNECT,
  // which never comes to a route.
  base::Result<base::Done> add(std::string_view token);
  // Adds all that the other one has.
  void add(const MethodSet& other);

  // `token` decides where `method` is kOther.
  [[nodiscard]] bool contains(http::Method method, std::string_view token) const {
    if (method != http::Method::kOther) return (known_ & bit(method)) != 0;
    return contains_other(token);
  }
  [[nodiscard]] bool empty() const { return known_ == 0 && others_.empty(); }
  // As Allow lists them ("GET, HEAD"); in the arena.
  [[nodiscard]] std::string_view text(base::Arena& arena) const;

 private:
  static constexpr std::uint32_t bit(http::Method method) {
    return std::uint32_t{1} << static_cast<unsigned>(method);
  }
  [[nodiscard]] bool contains_other(std::string_view token) const;
  // Calls visit(token) for each method, those that weir knows first.
  template <class Visit>
  void each(Visit visit) const;

  std::uint32_t known_ = 0;
  std::vector<std::string> others_;  // distinct
};

}  // namespace weir::routing
