#include "cache/fill_reader.h"

#include <utility>

#include "cache/coalescer.h"
#include "cache/fill_exchange.h"

namespace weir::cache {

void FillReader::start(http::Request& request) {
  request_ = &request;
  joins_ = 0;
}

void FillReader::enter(Coalescer& worker, FillRef fill, AudienceRef audience,
                       FillExchange* filler) {
  worker_ = &worker;
  fill_ = std::move(fill);
  audience_ = std::move(audience);
  audience_->add(*this);
  filler_ = filler;
  caused_ = filler != nullptr;
  position_ = 0;
  has_head_ = paused_ = false;
  ++joins_;
}

void FillReader::on_writable() {
  if (passing_) return filler_->resume();
  if (!joined() || !std::exchange(paused_, false)) return;
  take();
  // One that left has reported.
  if (joined()) audience_->report(*fill_);
}

void FillReader::leave() {
  patience_.reset();
  bool was_passing = std::exchange(passing_, false);
  quit_audience();
  FillExchange* filler = std::exchange(filler_, nullptr);
  if (filler != nullptr) filler->on_cause_left(was_passing);
}

void FillReader::quit_audience() {
  AudienceRef audience = std::exchange(audience_, {});
  if (!audience) return;
  if (!audience->remove(*this)) return fill_->leave(*audience);
  audience->report(*fill_);
}

void FillReader::release() {
  leave();
  fill_ = {};
  request_ = nullptr;
}

void FillReader::on_deadline(net::Deadline&) {
  if (!joined() || has_head_) return;
  leave();
  // It may still change.
  fill_ = {};
  events_.on_fill_released(Released::kLate);
}

bool FillReader::take_head(Fill::State state) {
  switch (state) {
    case Fill::State::kAsking:
      return false;
    case Fill::State::kReleased:
      leave();
      events_.on_fill_released(fill_->is_for_one() ? Released::kNotShared : Released::kFailed);
      return false;
    case Fill::State::kInstead:
      if (!caused_ && !fill_->is_for(request_->head.fields)) break;
      leave();
      events_.on_fill_entry(fill_->entry(), fill_->origin_status());
      return false;
    case Fill::State::kCut:
      // Nothing was promised to the client yet.
      if (caused_) {
        finish(state);
        return false;
      }
      leave();
      events_.on_fill_released(Released::kFailed);
      return false;
    case Fill::State::kShared:
    case Fill::State::kWhole:
      break;
  }
  if (!caused_ && !fill_->is_for(request_->head.fields)) {
    leave();
    events_.on_fill_released(Released::kOtherVariant);
    return false;
  }
  patience_.reset();
  has_head_ = true;
  events_.on_fill_head(fill_->head(), &fill_->terms());
  return joined();
}

void FillReader::take() {
  while (joined()) {
    Fill::Look look = fill_->look(position_);
    if (!has_head_ && !take_head(look.state)) return;
    for (std::size_t i = 0; i < look.count; ++i) {
      ++position_;
      base::Bytes bytes = look.blocks[i]->bytes();
      worker_->hold(std::move(look.blocks[i]));
      http::Flow flow = events_.on_fill_body(bytes);
      if (!joined()) return;
      if (flow == http::Flow::kGo) continue;
      paused_ = true;
      if (i + 1 < look.count) return;
    }
    if (look.left == 0) return finish(look.state);
    if (paused_) return;
  }
}

void FillReader::finish(Fill::State state) {
  if (state == Fill::State::kWhole) {
    leave();
    return events_.on_fill_end(nullptr);
  }
  if (state != Fill::State::kCut) return;
  leave();
  events_.on_fill_failed({502, http::Reason::kUpstreamCut, 0, {}});
}

}  // namespace weir::cache
