#pragma once

namespace weir::admin {

// How far the process is, as /readyz tells it. Written and read on the control thread.
struct State {
  bool ready = false;     // the configuration is loaded and the listeners are up
  bool draining = false;  // a graceful stop runs
};

}  // namespace weir::admin
