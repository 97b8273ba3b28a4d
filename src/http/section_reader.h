#pragma once

#include <cstddef>

#include "base/arena.h"
#include "base/bytes.h"
#include "http/head_limits.h"
#include "http/head_scan.h"

namespace weir::http {

// Takes a head or a trailer section off incoming bytes. One that comes whole is not copied; one
// that comes in pieces is gathered in the arena, within its limits. Cost is linear in the bytes
// however they are cut. One thread.
class SectionReader {
 public:
  // `arena` and `limits` must live until the section is read.
  void reset(HeadScan::Section section, base::Arena& arena, const HeadLimits& limits);

  // Takes bytes off the front of `in`, none behind the section's end. Returns the whole section, a
  // view into `in` or the arena (see gathered()); an empty view where more must come (`in` is empty
  // then) or it is refused: see scan().reason().
  base::Bytes read(base::Bytes& in);

  // The section lies in the arena, not in the bytes given.
  [[nodiscard]] bool gathered() const { return size_ != 0; }
  [[nodiscard]] const HeadScan& scan() const { return scan_; }

 private:
  void gather(base::Bytes more);

  HeadScan scan_;
  base::Arena* arena_ = nullptr;
  char* data_ = nullptr;
  std::size_t size_ = 0;
  std::size_t room_ = 0;
};

}  // namespace weir::http
