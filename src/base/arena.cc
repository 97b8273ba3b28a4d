#include "base/arena.h"

#include <algorithm>

namespace weir::base {

char* Arena::take_slowly(std::size_t size, std::size_t align) {
  std::size_t capacity = std::max(block_, size);  // a new block is aligned for everything
  auto block = std::make_unique_for_overwrite<char[]>(capacity);
  current_ = block.get();
  capacity_ = capacity;
  used_ = 0;
  held_ += capacity;
  if (first_ == nullptr && capacity == block_) {
    first_ = std::move(block);
  } else {
    more_.push_back(std::move(block));
  }
  return take(size, align);
}

void Arena::reset() {
  used_ = 0;
  if (more_.empty()) return;
  more_.clear();
  current_ = first_.get();
  capacity_ = first_ ? block_ : 0;
  held_ = capacity_;
}

}  // namespace weir::base
