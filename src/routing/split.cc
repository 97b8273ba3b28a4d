#include "routing/split.h"

#include <algorithm>
#include <cassert>

#include "base/hash.h"
#include "http/pairs.h"

namespace weir::routing {
namespace {

// For the whole site, out of the reach of scripts, and not sent along from other sites; it ends
// with the browser's session. The client learns nothing by it but that there are shares.
constexpr std::string_view kAttributes = "; Path=/; HttpOnly; SameSite=Lax";

// Stands for an upstream: the same in every process and over reloads, whatever its endpoints are.
std::string token_of(std::string_view upstream) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string token;
  for (auto hash = base::hash_of(upstream); token.size() < 16; hash >>= 4)
    token.push_back(kHex[hash & 15]);
  return token;
}

}  // namespace

Split::Split(const SplitOptions& options)
    : cookie_(options.cookie), shares_(options.shares.size()) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < shares_.size(); ++i) {
    Share& share = shares_[i];
    sum += options.shares[i].weight;
    share.below = sum;
    if (cookie_.empty()) continue;
    std::string token = token_of(options.shares[i].upstream);
    share.set_cookie.append(cookie_).append("=").append(token).append(kAttributes);
    share.token = std::string_view(share.set_cookie).substr(cookie_.size() + 1, token.size());
  }
  assert(sum > 0);
}

Split::Choice Split::choose(const http::Request& request, std::uint64_t random) const {
  if (!cookie_.empty()) {
    std::size_t share = named(request);
    if (share < shares_.size()) return {share, {}};
  }
  // The low bits of simple generators are their worst.
  std::uint64_t drawn = (random >> 11) % shares_.back().below;
  auto at = std::find_if(shares_.begin(), shares_.end(),
                         [drawn](const Share& share) { return drawn < share.below; });
  return {static_cast<std::size_t>(at - shares_.begin()), at->set_cookie};
}

std::size_t Split::named(const http::Request& request) const {
  std::size_t share = shares_.size();
  http::each_cookie(request.head.fields, [&](const http::Pair& pair) {
    if (pair.name != cookie_) return false;
    auto at = std::find_if(shares_.begin(), shares_.end(),
                           [&](const Share& one) { return one.token == pair.value; });
    share = static_cast<std::size_t>(at - shares_.begin());
    return at != shares_.end();
  });
  return share;
}

}  // namespace weir::routing
