// What CacheWork does with what the next handler answers.

#include <algorithm>

#include "cache/cache_handler.h"
#include "cache/cache_work.h"
#include "cache/invalidation.h"
#include "cache/partial.h"
#include "cache/validation.h"

namespace weir::cache {
namespace {

// What is left of an answer that nobody wants is read past up to so many bytes, so that its
// connection can be kept.
constexpr std::uint64_t kReadPastMax = 64 * 1024;

http::ResponseHead with(const http::ResponseHead& head, const http::Fields& extra,
                        base::Arena& arena) {
  http::ResponseHead told = head;
  told.fields = http::Fields();
  told.fields.reserve(arena, head.fields.size() + extra.size());
  for (const http::Field& field : head.fields) told.fields.add(arena, field);
  for (const http::Field& field : extra) told.fields.add(arena, field);
  return told;
}

bool is_short(const http::ResponseHead& head, http::Method method) {
  return !http::may_have_body(head.status, method) || head.framing == http::Framing::kNone ||
         (head.framing == http::Framing::kLength && head.content_length <= kReadPastMax);
}

}  // namespace

void CacheWork::interim(const http::ResponseHead& head) { responder_->interim(head); }

void CacheWork::upgrade(const http::ResponseHead& head) { responder_->upgrade(head); }

void CacheWork::shut_down() { responder_->shut_down(); }

void CacheWork::head(const http::ResponseHead& head) {
  restore_fields();
  if (step_ == Step::kPass) return pass_head(head);
  if (validating_ && head.status == 304) return take_renewal(head);
  if (may_answer_for(head.status)) return answer_for_error(head.status);
  take_answer(head);
}

void CacheWork::pass_head(const http::ResponseHead& head) {
  invalidate(handler_.plan(), handler_.store(), *request_, head);
  Handled handled;
  handled.went = went_;
  handled.origin_status = head.status;
  http::Fields extra = extra_of(handled);
  if (extra.empty()) return responder_->head(head);
  responder_->head(with(head, extra, *request_->arena));
}

// RFC 9111 section 4.3.4.
void CacheWork::take_renewal(const http::ResponseHead& head) {
  if (!selects(head.fields, entry_->head().fields)) {
    // About something else than what is stored: of no use to who asked for the whole.
    return ask_again(How::kWhole);
  }
  step_ = Step::kRenewed;
  Renewal renewal = renew(handler_.plan(), *request_, asked_, *entry_, head,
                          {intake_.asked_at(), handler_.now()});
  handler_.keep(renewal, *entry_, intake_.ticket());
  entry_ = renewal.entry;
}

// RFC 9111 section 4.3.5: an answer to HEAD tells whether what is stored for GET is still good.
void CacheWork::compare_with_head(const http::ResponseHead& head) {
  const http::ResponseHead& stored = entry_->head();
  bool same =
      has_validator(head.fields) && selects(head.fields, stored.fields) &&
      (head.framing != http::Framing::kLength || head.content_length == stored.content_length);
  if (!same) return entry_->mark_purged();
  Renewal renewal = renew(handler_.plan(), *request_, asked_, *entry_, head,
                          {intake_.asked_at(), handler_.now()});
  handler_.keep(renewal, *entry_, intake_.ticket());
}

void CacheWork::take_answer(const http::ResponseHead& head) {
  count(Result::kMiss);
  bool of_head = request_->head.method == http::Method::kHead;
  if (of_head && entry_ && head.status == entry_->head().status) compare_with_head(head);
  NotStored reason = intake_.head(asked_, head, handler_.now());
  kept_ = reason == NotStored::kStored;
  if (!kept_) handler_.count(reason);
  Handled handled;
  handled.went = went_;
  handled.origin_status = head.status;
  handled.stored = kept_;
  if (handled.stored) handled.ttl = ttl_of(intake_.terms());
  tell(head, extra_of(handled));
}

void CacheWork::tell(const http::ResponseHead& head, const http::Fields& extra) {
  step_ = Step::kTell;
  read_past_ = !reader_.shares() && is_short(head, request_->head.method);
  bool ours = whole_asked_ && head.status >= 200 && head.status < 300;
  if (ours && tell_less(head, extra)) return;
  responder_->head(with(head, extra, *request_->arena));
}

// The client's conditions and Range, which its origin was not told, by the whole that came.
bool CacheWork::tell_less(const http::ResponseHead& head, const http::Fields& extra) {
  base::Arena& arena = *request_->arena;
  const http::Fields& fields = request_->head.fields;
  if (evaluate(fields, head.fields, handler_.now()) == Condition::kNotModified) {
    step_ = Step::kSilent;
    responder_->head(not_modified_head(head, extra, arena));
  } else if (head.framing == http::Framing::kLength) {
    Part part = delivery_.look_at_ranges(*request_, head, head.content_length);
    // Several parts would have to be kept until the last of them came: the whole is as right.
    if (part == Part::kWhole || delivery_.is_multipart()) return false;
    if (part == Part::kUnsatisfiable) {
      step_ = Step::kSilent;
      responder_->head(unsatisfiable_head(extra, head.content_length, arena));
    } else if (!kept_ && delivery_.range().begin > kReadPastMax) {
      // Much would come for nobody before the part: its origin is asked for that alone.
      ask_again(How::kAsReceived);
    } else {
      in_part_ = true;
      skip_ = delivery_.range().begin;
      left_ = delivery_.range().size;
      responder_->head(part_head(head, extra, delivery_.range(), head.content_length, arena));
    }
  } else {
    return false;
  }
  if (responder_ != nullptr && step_ == Step::kSilent) go_silent();
  return true;
}

// The client has all that it asked for: what follows is for the store, or for nobody.
void CacheWork::go_silent() {
  step_ = Step::kSilent;
  if (intake_.on() || read_past_) return;
  drop_next();
  step_ = Step::kDeliver;
  responder_->end(nullptr);
}

http::Flow CacheWork::body(base::Bytes bytes) {
  switch (step_) {
    case Step::kPass:
      return responder_->body(bytes);
    case Step::kTell:
      intake_.body(bytes);
      return tell_body(bytes);
    case Step::kSilent:
      if (!intake_.on()) return http::Flow::kGo;
      intake_.body(bytes);
      if (!intake_.on()) {
        handler_.count(intake_.finish());
        go_silent();
      }
      return http::Flow::kGo;
    default:
      return http::Flow::kGo;
  }
}

http::Flow CacheWork::tell_body(base::Bytes bytes) {
  if (!in_part_) return responder_->body(bytes);
  auto skipped = std::min<std::uint64_t>(skip_, bytes.size());
  skip_ -= skipped;
  bytes.remove_prefix(static_cast<std::size_t>(skipped));
  bytes = bytes.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size())));
  if (bytes.empty()) return http::Flow::kGo;
  left_ -= bytes.size();
  http::Flow flow = responder_->body(bytes);
  if (left_ > 0 || responder_ == nullptr) return flow;
  go_silent();
  return http::Flow::kGo;
}

void CacheWork::end(const http::Fields* trailers) {
  next_live_ = false;
  switch (step_) {
    case Step::kPass:
      return responder_->end(trailers);
    case Step::kTell:
      store_answer();
      return responder_->end(in_part_ ? nullptr : trailers);
    case Step::kSilent:
      store_answer();
      return responder_->end(nullptr);
    case Step::kRenewed: {
      Handled handled;
      handled.went = went_;
      handled.origin_status = 304;
      handled.from_store = true;
      return answer(Result::kRevalidated, handled);
    }
    case Step::kAsk:
    case Step::kAskAgain:
    case Step::kDeliver:
      return;
  }
}

void CacheWork::store_answer() {
  NotStored reason = intake_.finish();
  if (reason != NotStored::kStored) handler_.count(reason);
}

void CacheWork::fail(const http::Failure& failure) {
  next_live_ = false;
  restore_fields();
  switch (step_) {
    case Step::kAsk:
      if (may_answer_for(0)) return answer_for_error(0);
      break;
    case Step::kTell:
    case Step::kSilent:
      if (intake_.on()) handler_.count(NotStored::kIncomplete);
      intake_.drop();
      if (step_ == Step::kSilent) return responder_->end(nullptr);
      break;
    case Step::kRenewed:
      // Nothing can be missing of a 304.
      return end(nullptr);
    case Step::kAskAgain:
    case Step::kDeliver:
      return;
    case Step::kPass:
      break;
  }
  count(Result::kMiss);
  responder_->fail(failure);
}

}  // namespace weir::cache
