#pragma once

#include <cstddef>
#include <vector>

#include "base/arena.h"
#include "base/bytes.h"

namespace weir::net {

// What a stream was given to write within one turn: views, with small pieces copied together into
// scratch memory, so that a thousand small chunks are one write of few pieces. Reused over turns.
// One thread.
class Gather {
 public:
  // Pieces below this are copied together.
  static constexpr std::size_t kSmall = 512;

  // `bytes` must stay readable until the turn ends; small ones are copied to `scratch`, the turn's.
  void add(base::Bytes bytes, base::Arena& scratch);
  // Bytes in scratch memory already.
  void add_scratch(base::Bytes bytes);
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] const std::vector<base::Bytes>& pieces() const { return pieces_; }
  // Takes `count` bytes off the front.
  void drop_front(std::size_t count);
  void clear();

 private:
  std::vector<base::Bytes> pieces_;
  std::size_t size_ = 0;
};

}  // namespace weir::net
