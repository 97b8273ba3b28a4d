#pragma once

#include <cstddef>

#include "base/list.h"

namespace weir::base {

// Memory for objects of one size, apart from the heap: what has gone leaves whole pages free, which
// go back to the system at once, whatever else lives on. For objects that come in crowds and go
// while others, made at the same time, stay. Costs 8 bytes an object. One thread.
class Slabs {
 public:
  // Pieces of `size` bytes, aligned as by operator new.
  explicit Slabs(std::size_t size);
  // All pieces were given back.
  ~Slabs();
  Slabs(const Slabs&) = delete;
  Slabs& operator=(const Slabs&) = delete;

  // Never null (out of memory aborts).
  void* take();
  // Gives a piece back to the slabs that it came from.
  static void give_back(void* piece);
  // Bytes held of the system.
  [[nodiscard]] std::size_t held() const { return held_; }

 private:
  struct Slab;
  union Header;

  Slab& add();
  void remove(Slab& slab);

  const std::size_t stride_;  // from one piece to the next
  std::size_t held_ = 0;
  List<Slab> with_room_;
};

}  // namespace weir::base
