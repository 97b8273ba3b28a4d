// What CacheWork does where its answer comes by a fill, which other requests may share.

#include "cache/admission.h"
#include "cache/cache_handler.h"
#include "cache/cache_work.h"
#include "cache/route_fills.h"

namespace weir::cache {

// False: the request goes by itself.
bool CacheWork::join_fill() {
  // One that wants an answer of its own (no-cache and its kin) gets that, and so does one whose
  // answer is not to be kept.
  const CompiledCache& plan = handler_.plan();
  bool shares = handler_.fills() != nullptr && plan.options().coalesce &&
                request_->head.method == http::Method::kGet && went_ != Went::kRequest &&
                !asked_.no_store && !plan.keeps_out(*request_);
  if (!shares) return false;
  step_ = Step::kAsk;
  whole_asked_ = true;
  switch (handler_.fills()->join(reader_, *request_, key_, entry_)) {
    case Coalescer::Joined::kWaits:
      return true;
    case Coalescer::Joined::kAlone:
      return false;
    case Coalescer::Joined::kStored:
      break;
  }
  look_up();
  return true;
}

void CacheWork::on_fill_interim(const http::ResponseHead& head) { responder_->interim(head); }

void CacheWork::on_fill_head(const http::ResponseHead& head, const Terms* terms) {
  Handled handled;
  handled.went = went_;
  handled.origin_status = head.status;
  kept_ = terms != nullptr;
  if (!kept_ || reader_.caused()) {
    count(Result::kMiss);
    handled.stored = kept_;
    if (kept_) handled.ttl = ttl_of(*terms);
    return tell(head, extra_of(handled));
  }
  count(Result::kCoalesced);
  handled.collapsed = true;
  handled.ttl = ttl_of(*terms);
  // Of the answer to another request it gets what it would get of a stored one.
  base::Arena& arena = *request_->arena;
  http::ResponseHead stored = as_stored(handler_.plan(), head, arena);
  stored.fields = with_date(stored.fields, terms->received, arena);
  tell(stored, extra_of(handled, terms->age_at(handler_.now())));
}

http::Flow CacheWork::on_fill_body(base::Bytes bytes) { return body(bytes); }

void CacheWork::on_fill_end(const http::Fields* trailers) { end(trailers); }

void CacheWork::on_fill_failed(const http::Failure& failure) { fail(failure); }

void CacheWork::on_fill_entry(const EntryRef& entry, unsigned origin_status) {
  entry_ = entry;
  bool renewed = origin_status == 304;
  // What the one who asked may be told for an error, the others may not always.
  if (!renewed && !may_answer_for(origin_status)) return ask_alone();
  Handled handled;
  handled.went = went_;
  handled.origin_status = origin_status;
  handled.from_store = true;
  handled.collapsed = !reader_.caused();
  if (handled.collapsed) return answer(Result::kCoalesced, handled);
  answer(renewed ? Result::kRevalidated : Result::kStale, handled);
}

void CacheWork::on_fill_released(Released why) {
  if (why == Released::kOtherVariant && join_fill()) return;
  ask_alone();
}

// Outside of begin(), so that the request may have ended already.
void CacheWork::ask_alone() {
  ask_origin(How::kWhole);
  if (next_live_ && body_ended_) next_->on_body_end(trailers_);
}

}  // namespace weir::cache
