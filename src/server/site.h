#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include "base/ref.h"
#include "server/observed.h"

namespace weir::server {

// Where sessions of one worker come in: a listener as it is configured now. Held by its acceptor
// and by its sessions, which may outlive the listener over a reload. One thread.
struct Site : base::Counted {
  // The listener was taken out of the configuration.
  static constexpr std::size_t kNone = SIZE_MAX;

  Site(base::SharedRef<ObservedListener> of, unsigned worker, std::size_t index)
      : observed(std::move(of)), stats(observed->stats(worker)), listener(index) {}

  const base::SharedRef<ObservedListener> observed;
  ListenerStats& stats;
  std::size_t listener;  // its index in the configuration
};

}  // namespace weir::server
