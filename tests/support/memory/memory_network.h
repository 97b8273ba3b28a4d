#pragma once

#include <cstddef>

#include "base/list.h"
#include "net/turn.h"

namespace weir::memory {

class MemoryStream;

// All memory streams of a test: what one end wrote reaches the other when the test says run().
// Outlives its streams.
class MemoryNetwork {
 public:
  explicit MemoryNetwork(net::Turns& turns) : turns_(turns) {}
  MemoryNetwork(const MemoryNetwork&) = delete;
  MemoryNetwork& operator=(const MemoryNetwork&) = delete;

  // Delivers until nothing moves any more: every event is a turn of its own, streams take turns.
  // Aborts where it never gets quiet.
  void run();
  // Delivers at most one event to each stream. False when there was none.
  bool run_once();
  // Bytes of one on_bytes at most; 1 feeds everything byte by byte.
  void set_read_size(std::size_t bytes) { read_size_ = bytes; }

  net::Turns& turns() { return turns_; }
  [[nodiscard]] std::size_t read_size() const { return read_size_; }

 private:
  friend class MemoryStream;

  net::Turns& turns_;
  base::List<MemoryStream, struct OfNetwork> streams_;
  std::size_t read_size_ = 64 * 1024;
};

}  // namespace weir::memory
