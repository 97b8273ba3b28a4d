#include "server/early_bytes.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace weir::server {

namespace {

constexpr std::string_view kHeadEnd = "\r\n\r\n";

}  // namespace

void EarlyBytes::add(base::Bytes bytes) {
  bytes_.erase(0, std::exchange(taken_, 0));
  // One may have begun in what was there.
  std::size_t from = bytes_.size() - std::min(bytes_.size(), kHeadEnd.size() - 1);
  bytes_.append(bytes);
  held_.set(bytes_.capacity());
  heads_ += heads_from(from, bytes_.size());
}

void EarlyBytes::take(std::size_t count) {
  std::size_t from = std::exchange(taken_, taken_ + count);
  heads_ -= heads_from(from, taken_);
}

// Ends of heads that begin there.
std::size_t EarlyBytes::heads_from(std::size_t from, std::size_t to) const {
  base::Bytes in = base::Bytes(bytes_).substr(0, to + kHeadEnd.size() - 1);
  std::size_t heads = 0;
  while ((from = in.find(kHeadEnd, from)) != base::Bytes::npos) {
    ++heads;
    ++from;
  }
  return heads;
}

}  // namespace weir::server
