#pragma once

#include "base/list.h"

namespace weir::base {

// An object that may be on the stack when it must go. It is put on a RetireList, and dispose() is
// called when the outermost callback has returned.
class Retirable : public ListHook<Retirable> {
 public:
  // Gives the object back to where it came from (destroys it, or returns it to a free list). Called
  // once, with no method of the object on the stack. It was detached before: no event comes any
  // more.
  virtual void dispose() = 0;

 protected:
  ~Retirable() = default;
};

// What waits for the stack to unwind. One thread.
class RetireList {
 public:
  void add(Retirable& object) { list_.push_back(object); }
  [[nodiscard]] bool empty() const { return list_.empty(); }
  // Disposes of everything, also of what is added meanwhile.
  void dispose_all() {
    while (!list_.empty()) list_.pop_front().dispose();
  }

 private:
  List<Retirable> list_;
};

}  // namespace weir::base
