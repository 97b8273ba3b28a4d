#include "net/gather.h"

#include <algorithm>

namespace weir::net {

void Gather::add(base::Bytes bytes, base::Arena& scratch) {
  if (bytes.size() < kSmall) return add_scratch(scratch.copy(bytes));
  pieces_.push_back(bytes);
  size_ += bytes.size();
}

void Gather::add_scratch(base::Bytes bytes) {
  size_ += bytes.size();
  if (!pieces_.empty()) {
    base::Bytes& last = pieces_.back();
    if (last.data() + last.size() == bytes.data()) {
      last = base::Bytes(last.data(), last.size() + bytes.size());
      return;
    }
  }
  pieces_.push_back(bytes);
}

void Gather::drop_front(std::size_t count) {
  size_ -= count;
  std::size_t whole = 0;
  while (count > 0 && count >= pieces_[whole].size()) count -= pieces_[whole++].size();
  pieces_.erase(pieces_.begin(), pieces_.begin() + static_cast<std::ptrdiff_t>(whole));
  if (count > 0) pieces_.front().remove_prefix(count);
}

void Gather::clear() {
  pieces_.clear();
  size_ = 0;
}

}  // namespace weir::net
