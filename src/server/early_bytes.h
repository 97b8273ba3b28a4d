#pragma once

#include <cstddef>
#include <string>

#include "base/bytes.h"
#include "net/buffers.h"

namespace weir::server {

// What a client sent behind a request that is not answered yet: pipelined requests, as bytes. Owned
// by its session; one thread.
class EarlyBytes {
 public:
  // So many bytes are enough, whatever they are; any, where `buffers` are full.
  static constexpr std::size_t kMost = 64 * 1024;

  // Counts among `buffers`, which outlive it.
  explicit EarlyBytes(net::Buffers& buffers) : buffers_(buffers), held_(buffers) {}

  void add(base::Bytes bytes);
  // What waits; good until the next add().
  [[nodiscard]] base::Bytes waiting() const { return base::Bytes(bytes_).substr(taken_); }
  // The first `count` bytes of what waits are used.
  void take(std::size_t count);
  // No more should be read: enough bytes wait, or `requests` (limits.pipeline). Requests are
  // counted by the empty lines that end their heads, so a body with such lines counts as more.
  [[nodiscard]] bool full(std::size_t requests) const {
    return heads_ >= requests || waiting().size() >= (buffers_.full() ? 1 : kMost);
  }

 private:
  [[nodiscard]] std::size_t heads_from(std::size_t from, std::size_t to) const;

  const net::Buffers& buffers_;
  net::Held held_;
  std::string bytes_;
  std::size_t taken_ = 0;
  std::size_t heads_ = 0;  // ends of heads that begin behind taken_
};

}  // namespace weir::server
