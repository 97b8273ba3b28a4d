#pragma once

#include "backend/options.h"

namespace weir::backend {

// Runs a weir-backend until TERM or INT. Says on stderr where it listens, or why it cannot. Returns
// the exit status: 0, or 1 where it could not listen. Once in a process, on its main thread.
int run(const Options& options);

}  // namespace weir::backend
