#pragma once

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace weir::base {

// Objects kept for reuse, so that steady state allocates nothing. Takes back at most `keep` objects
// and destroys the others. One thread. Objects are handed out as they were given back: the user
// resets them.
template <class T>
class FreeList {
 public:
  explicit FreeList(std::size_t keep) : keep_(keep) {}

  // One from the list, or a new one made from `args`.
  template <class... Args>
  std::unique_ptr<T> take(Args&&... args) {
    if (free_.empty()) return std::make_unique<T>(std::forward<Args>(args)...);
    auto item = std::move(free_.back());
    free_.pop_back();
    return item;
  }
  void give_back(std::unique_ptr<T> item) {
    if (free_.size() < keep_) free_.push_back(std::move(item));
  }
  // Destroys what it keeps.
  void clear() { free_.clear(); }

 private:
  std::size_t keep_;
  std::vector<std::unique_ptr<T>> free_;
};

}  // namespace weir::base
