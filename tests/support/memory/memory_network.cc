#include "support/memory/memory_network.h"

#include <cstdio>
#include <cstdlib>

#include "support/memory/memory_stream.h"

namespace weir::memory {

void MemoryNetwork::run() {
  for (int round = 0; round < 10'000'000; ++round) {
    if (!run_once()) return;
  }
  std::fputs("MemoryNetwork::run: it never gets quiet\n", stderr);
  std::abort();
}

bool MemoryNetwork::run_once() {
  bool moved = false;
  // A stream may be made or destroyed by any event, so each goes back to the list before it steps.
  base::List<MemoryStream, OfNetwork> round;
  round.splice(streams_);
  while (!round.empty()) {
    MemoryStream& stream = round.pop_front();
    streams_.push_back(stream);
    moved = stream.deliver() || moved;
  }
  return moved;
}

}  // namespace weir::memory
