#include "cache/fill.h"

#include <algorithm>
#include <utility>

#include "cache/coalescer.h"
#include "cache/fill_reader.h"
#include "cache/vary.h"

namespace weir::cache {

void Audience::add(FillReader& reader) {
  readers_.push_back(reader);
  ++size_;
}

bool Audience::remove(FillReader& reader) {
  reader.unlink();
  return --size_ != 0;
}

void Audience::wake(Fill& fill) {
  // First, so that what comes from here on calls again.
  called_.store(false);
  waking_ = true;
  base::List<FillReader> round;
  round.splice(readers_);
  while (!round.empty()) {
    FillReader& reader = round.pop_front();
    readers_.push_back(reader);
    reader.on_fill();
  }
  waking_ = false;
  report(fill);
}

void Audience::report(Fill& fill) {
  if (waking_ || size_ == 0 || !fill.is_narrow()) return;
  std::size_t slowest = SIZE_MAX;
  readers_.each([&](FillReader& reader) { slowest = std::min(slowest, reader.position()); });
  fill.passed(*this, slowest);
}

Fill::Fill(std::string key, std::uint64_t ticket, Coalescer& filler)
    : ticket_(ticket), filler_(filler), identity_{std::move(key), {}, {}} {}

Fill::~Fill() = default;

void Fill::expect(std::string names, std::string values) {
  identity_.names = std::move(names);
  identity_.values = std::move(values);
  names_known_ = true;
}

bool Fill::is_for(const http::Fields& request) const {
  return varying_values(request, identity_.names) == identity_.values;
}

bool Fill::is_open_to(const http::Fields& request) const {
  bool open = state_ <= State::kWhole && window_ == 0;
  return open && (!names_known_ || is_for(request));
}

bool Fill::suits(const http::Fields& request) {
  std::lock_guard lock(mutex_);
  return is_open_to(request);
}

AudienceRef Fill::join(Coalescer& worker, const http::Fields& request) {
  std::lock_guard lock(mutex_);
  if (!is_open_to(request)) return {};
  auto same = std::find_if(audiences_.begin(), audiences_.end(), [&worker](const auto& audience) {
    return &audience->worker() == &worker;
  });
  if (same != audiences_.end()) return *same;
  return audiences_.emplace_back(base::make_shared_ref<Audience>(worker));
}

void Fill::leave(Audience& audience) {
  std::lock_guard lock(mutex_);
  auto gone = std::find_if(audiences_.begin(), audiences_.end(),
                           [&audience](const auto& one) { return one.get() == &audience; });
  if (gone == audiences_.end()) return;
  Coalescer& worker = audience.worker();
  audiences_.erase(gone);
  trim();
  call_filler(worker);
}

Fill::Look Fill::look(std::size_t position) {
  Look look;
  std::lock_guard lock(mutex_);
  look.state = state_;
  std::size_t at = position - dropped_;
  look.count = std::min(blocks_.size() - at, Look::kBlocks);
  look.left = blocks_.size() - at - look.count;
  for (std::size_t i = 0; i < look.count; ++i) look.blocks[i] = blocks_[at + i];
  return look;
}

void Fill::passed(Audience& audience, std::size_t position) {
  std::lock_guard lock(mutex_);
  if (window_ == 0) return;
  audience.passed_ = position;
  bool had_room = has_room();
  trim();
  if (!had_room && has_room()) call_filler(audience.worker());
}

// Drops what all have read. Who is on the way to reading more holds what it reads.
void Fill::trim() {
  if (window_ == 0) return;
  std::size_t all = dropped_ + blocks_.size();
  for (const auto& audience : audiences_) all = std::min(all, audience->passed_);
  for (; dropped_ < all; ++dropped_) {
    held_ -= blocks_.front()->bytes().size();
    blocks_.pop_front();
  }
}

void Fill::call_filler(Coalescer& here) {
  if (exchange_ == nullptr) return;
  if (&here == &filler_) return filler_.settle_later(*exchange_);
  if (!std::exchange(filler_called_, true)) filler_.post_call(FillRef(this));
}

void Fill::share(const http::ResponseHead& head, const Terms& terms, const http::Fields& request) {
  head_ = head;
  head_.reason = arena_.copy(head.reason);
  head_.fields = http::Fields();
  head_.fields.reserve(arena_, head.fields.size());
  for (const http::Field& field : head.fields)
    head_.fields.add(arena_, {arena_.copy(field.name), arena_.copy(field.value), field.id});
  terms_ = terms;
  std::string names = varying_names(head_.fields);
  std::string values = varying_values(request, names);
  std::lock_guard lock(mutex_);
  identity_.names = std::move(names);
  identity_.values = std::move(values);
  names_known_ = true;
  state_ = State::kShared;
}

void Fill::append(BlockRef block) {
  std::lock_guard lock(mutex_);
  held_ += block->bytes().size();
  blocks_.push_back(std::move(block));
}

void Fill::narrow(std::size_t bytes) {
  std::lock_guard lock(mutex_);
  window_ = std::max<std::size_t>(bytes, 1);
}

void Fill::answer(EntryRef entry, unsigned origin_status) {
  std::lock_guard lock(mutex_);
  identity_.names = entry->identity().names;
  identity_.values = entry->identity().values;
  entry_ = std::move(entry);
  origin_status_ = origin_status;
  state_ = State::kInstead;
}

void Fill::release() {
  std::lock_guard lock(mutex_);
  for_one_ = true;
  state_ = State::kReleased;
}

void Fill::end(bool whole) {
  std::lock_guard lock(mutex_);
  if (state_ == State::kAsking) state_ = State::kReleased;
  if (state_ == State::kShared) state_ = whole ? State::kWhole : State::kCut;
}

bool Fill::full(std::size_t pending) {
  std::lock_guard lock(mutex_);
  if (window_ == 0) return false;
  return pending != 0 ? held_ + pending >= window_ : !has_room();
}

bool Fill::has_readers() {
  std::lock_guard lock(mutex_);
  return !audiences_.empty();
}

Blocks Fill::body() {
  std::lock_guard lock(mutex_);
  return {blocks_.begin(), blocks_.end()};
}

void Fill::set_filler(FillExchange* exchange) {
  std::lock_guard lock(mutex_);
  exchange_ = exchange;
}

FillExchange* Fill::answer_call() {
  std::lock_guard lock(mutex_);
  filler_called_ = false;
  return exchange_;
}

void Fill::tell(Coalescer& here) {
  std::lock_guard lock(mutex_);
  for (const auto& audience : audiences_) {
    if (&audience->worker() == &here) {
      here.wake_later(FillRef(this), audience);
    } else if (audience->call()) {
      audience->worker().post_wake(FillRef(this), audience);
    }
  }
}

}  // namespace weir::cache
