#include "proxy/kept_body.h"

#include <utility>

namespace weir::proxy {

KeptBytes::KeptBytes(KeptBodies& home) : home_(home), held_(home.turns_.buffers()) {}

void KeptBytes::dispose() {
  held_.set(0);
  // Made by make_unique, and nobody else's since it was retired.
  std::unique_ptr<KeptBytes> self(this);
  if (bytes_.capacity() <= KeptBodies::kKeepBytes) home_.free_.give_back(std::move(self));
}

std::unique_ptr<KeptBytes> KeptBodies::take() {
  auto bytes = free_.take(*this);
  bytes->bytes_.clear();
  bytes->bytes_.reserve(bound_);
  return bytes;
}

void KeptBodies::retire(std::unique_ptr<KeptBytes> bytes) {
  KeptBytes* released = bytes.release();
  if (turns_.inside()) {
    turns_.retired().add(*released);
  } else {
    released->dispose();
  }
}

base::Bytes KeptBody::bytes() const {
  if (kept_ == nullptr) return {};
  return {kept_->bytes_.data(), kept_->bytes_.size()};
}

void KeptBody::keep(base::Bytes bytes) {
  if (kept_ == nullptr) kept_ = home_.take();
  kept_->bytes_.insert(kept_->bytes_.end(), bytes.begin(), bytes.end());
  if (size() >= KeptBodies::kCountedFrom) kept_->held_.set(size());
}

void KeptBody::keep_copy(base::Bytes bytes, std::size_t bound) {
  if (!whole_) return;
  std::size_t whole = size() + bytes.size();
  if (whole <= bound && home_.has_room(whole)) return keep(bytes);
  over_ = whole > home_.bound();
  let_go();
}

void KeptBody::sent() {
  if (replayable()) return;
  over_ = over();
  let_go();
}

void KeptBody::let_go() {
  whole_ = false;
  if (kept_ != nullptr) home_.retire(std::move(kept_));
}

}  // namespace weir::proxy
