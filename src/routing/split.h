#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "http/handler.h"

namespace weir::routing {

// How the requests of a route are spread over upstreams (YAML: split, sticky). A plain value.
struct SplitOptions {
  // One of the upstreams and how much comes to it, in proportion to the others. 0: only who was
  // sent there before.
  struct Share {
    std::string upstream;
    std::uint64_t weight = 1;

    bool operator==(const Share&) const = default;
  };

  std::vector<Share> shares;  // not all of weight 0
  std::string cookie;         // has a client stay with its share; empty: each request by itself

  bool operator==(const SplitOptions&) const = default;
};

// Chooses the share of a split that takes a request: by its cookie, else at random by weight.
// Immutable: workers share one.
class Split {
 public:
  // What was chosen.
  struct Choice {
    std::size_t share = 0;
    // The value of a Set-Cookie that has the client stay there; lives as long as the split. Empty:
    // it came with the cookie, or none is asked for.
    std::string_view set_cookie;
  };

  explicit Split(const SplitOptions& options);
  Split(const Split&) = delete;  // there are views of its own texts
  Split& operator=(const Split&) = delete;

  // `random`: 64 bits. A cookie that names no share of now is as none.
  [[nodiscard]] Choice choose(const http::Request& request, std::uint64_t random) const;
  [[nodiscard]] std::size_t size() const { return shares_.size(); }

 private:
  struct Share {
    // Taken where the drawn number is less than this and not less than that of the one before.
    std::uint64_t below = 0;
    std::string set_cookie;
    std::string_view token;  // of set_cookie: what stands for the upstream
  };
  // The share that the request's cookie names; size() for none.
  [[nodiscard]] std::size_t named(const http::Request& request) const;

  std::string cookie_;
  std::vector<Share> shares_;
};

}  // namespace weir::routing
