#include "support/memory/memory_peer.h"

#include <utility>

namespace weir::memory {

MemoryPeer::MemoryPeer(MemoryNetwork& network, std::unique_ptr<MemoryStream> stream)
    : network_(network), stream_(std::move(stream)) {
  stream_->set_events(this);
  stream_->start();
}

void MemoryPeer::send(base::Bytes bytes) {
  net::Turns::Scope scope(network_.turns());
  stream_->write(bytes);
}

void MemoryPeer::shut_down() {
  net::Turns::Scope scope(network_.turns());
  stream_->shut_down();
}

void MemoryPeer::reset() {
  stream_->reset();
  stream_.reset();
}

std::string MemoryPeer::take() { return std::exchange(received_, {}); }

void MemoryPeer::on_bytes(base::Bytes bytes) { received_.append(bytes); }

}  // namespace weir::memory
