#pragma once

#include "base/ref.h"

namespace weir::base {

// A Counted that its last holder destroys whatever it is: for who keeps it alive and uses it, or
// what it owns, through other references.
class Pinned : public Counted {
 public:
  virtual ~Pinned() = default;
};

}  // namespace weir::base
