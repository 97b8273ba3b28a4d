#pragma once

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstring>
#include <initializer_list>
#include <memory>
#include <new>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace weir::base {

// Memory that is handed out in order and given back all at once. Only trivially destructible things
// live here; nothing may point into it longer than until the next reset(). Bounded by its users,
// who bound what they put in. One thread.
class Arena {
 public:
  // `block` bytes are taken from the heap at the first use and kept over reset().
  explicit Arena(std::size_t block = 4096) : block_(block) {}
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  // `size` bytes, aligned to `align` (a power of two, at most that of operator new); never null
  // (out of memory aborts).
  [[gnu::always_inline]] inline char* take(std::size_t size, std::size_t align = 1) {
    assert(align <= __STDCPP_DEFAULT_NEW_ALIGNMENT__);
    auto at = (used_ + align - 1) & ~(align - 1);
    if (current_ == nullptr || at + size > capacity_) return take_slowly(size, align);
    used_ = at + size;
    return current_ + at;
  }
  // Gives back the end of the piece that take() returned last: it keeps `size` bytes of the
  // `taken`.
  void trim(std::size_t taken, std::size_t size) { used_ -= taken - size; }

  std::string_view copy(std::string_view text) {
    char* to = take(text.size());
    if (!text.empty()) std::memcpy(to, text.data(), text.size());
    return {to, text.size()};
  }
  // The pieces as one text.
  std::string_view join(std::initializer_list<std::string_view> pieces) {
    std::size_t size = 0;
    for (std::string_view piece : pieces) size += piece.size();
    char* to = take(size);
    char* at = to;
    for (std::string_view piece : pieces) at = std::copy(piece.begin(), piece.end(), at);
    return {to, size};
  }
  template <class T, class... Args>
  T* make(Args&&... args) {
    static_assert(std::is_trivially_destructible_v<T>);
    return new (take(sizeof(T), alignof(T))) T{std::forward<Args>(args)...};
  }
  template <class T>
  T* array(std::size_t count) {
    static_assert(std::is_trivially_destructible_v<T> && std::is_trivially_copyable_v<T>);
    return reinterpret_cast<T*>(take(sizeof(T) * count, alignof(T)));
  }

  // Forgets everything; keeps the first block for reuse, frees the others.
  void reset();
  // Bytes taken from the heap.
  [[nodiscard]] std::size_t held() const { return held_; }

 private:
  char* take_slowly(std::size_t size, std::size_t align);

  std::size_t block_;
  char* current_ = nullptr;
  std::size_t used_ = 0;
  std::size_t capacity_ = 0;
  std::size_t held_ = 0;
  std::unique_ptr<char[]> first_;
  std::vector<std::unique_ptr<char[]>> more_;
};

}  // namespace weir::base
