#include "proxy/kept_body.h"

#include <utility>

namespace weir::proxy {

void KeptBytes::dispose() {
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
}

void KeptBody::keep_copy(base::Bytes bytes, std::size_t bound) {
  if (!whole_) return;
  if (size() + bytes.size() <= bound) return keep(bytes);
  over_ = size() + bytes.size() > home_.bound();
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
