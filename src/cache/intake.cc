#include "cache/intake.h"

#include <algorithm>
#include <utility>

namespace weir::cache {

void Intake::open(const CompiledCache& plan, Store& store, std::string_view key,
                  const http::Request& request, Seconds now) {
  drop();
  plan_ = &plan;
  store_ = &store;
  key_ = key;
  request_ = &request;
  asked_at_ = now;
  ticket_ = store.ticket(key);
}

NotStored Intake::head(const RequestControl& asked, const http::ResponseHead& response,
                       Seconds now) {
  Verdict verdict = admit(*plan_, *store_, key_, *request_, asked, response, {asked_at_, now});
  terms_ = verdict.terms;
  if (verdict.reason != NotStored::kStored) return verdict.reason;
  base::Arena& arena = *request_->arena;
  head_ = response;
  head_.reason = arena.copy(response.reason);
  head_.fields = with_date(response.fields, now, arena);
  http::Fields copied;
  copied.reserve(arena, head_.fields.size());
  for (const http::Field& field : head_.fields)
    copied.add(arena, {arena.copy(field.name), arena.copy(field.value), field.id});
  head_.fields = copied;
  if (response.framing == http::Framing::kLength)
    pending_.reserve(std::min<std::uint64_t>(response.content_length, kBlock));
  on_ = true;
  return NotStored::kStored;
}

void Intake::body(base::Bytes bytes) {
  if (!on_) return;
  size_ += bytes.size();
  if (size_ > store_->max_object()) {
    drop();
    spoilt_ = NotStored::kTooLarge;
    return;
  }
  while (!bytes.empty()) {
    auto piece = bytes.substr(0, kBlock - pending_.size());
    pending_ += piece;
    bytes.remove_prefix(piece.size());
    if (pending_.size() == kBlock) cut_block();
  }
}

void Intake::cut_block() {
  blocks_.push_back(base::make_shared_ref<const Block>(pending_));
  pending_.clear();
}

NotStored Intake::finish() {
  if (!on_) return spoilt_;
  if (!pending_.empty()) cut_block();
  bool sized = head_.framing == http::Framing::kLength &&
               http::may_have_body(head_.status, request_->head.method);
  if (sized && size_ != head_.content_length) {
    drop();
    return NotStored::kIncomplete;
  }
  blocks_.shrink_to_fit();
  EntryRef entry = make_entry(*plan_, key_, *request_, head_, terms_, std::move(blocks_));
  drop();
  return insert(*plan_, *store_, entry, ticket_);
}

void Intake::drop() {
  on_ = false;
  blocks_ = Blocks();
  pending_ = std::string();
  size_ = 0;
  spoilt_ = NotStored::kStored;
}

}  // namespace weir::cache
