#include "cache/fill_exchange.h"

#include <memory>
#include <string>
#include <utility>

#include "cache/fill_reader.h"
#include "cache/fill_request.h"

namespace weir::cache {
namespace {

using http::Flow;

// What a block takes beside its bytes: itself, what the allocator adds, its place in lists.
constexpr std::size_t kPerBlock = sizeof(Block) + 48;
// Blocks that are smaller on average are made one before they are stored.
constexpr std::size_t kSmallBlock = 4096;
// How much memory a body may take while it comes, by its size.
constexpr std::size_t kPerByte = 2;
constexpr std::size_t kCrumbs = 64 * 1024;
// Of an answer in whose place another one was given, read for the connection's sake.
constexpr std::uint64_t kDroppedMax = 64 * 1024;

BlockRef one_block(const std::vector<base::Bytes>& pieces, std::size_t size) {
  if (pieces.size() == 1) return base::make_shared_ref<const Block>(pieces.front());
  std::string text;
  text.reserve(size);
  for (base::Bytes piece : pieces) text += piece;
  return base::make_shared_ref<const Block>(text);
}

Blocks compact(Blocks blocks, std::size_t size) {
  if (blocks.size() < 2 || size / blocks.size() >= kSmallBlock) return blocks;
  std::vector<base::Bytes> pieces;
  for (const auto& block : blocks) pieces.push_back(block->bytes());
  return {one_block(pieces, size)};
}

}  // namespace

FillExchange::FillExchange(Coalescer& worker, const FillRoute& route, const FillWish& wish,
                           FillRef fill)
    : worker_(worker),
      pin_(route.pin),
      fills_(route.fills),
      rules_(route.rules),
      origin_(route.origin),
      window_(route.window),
      fill_(std::move(fill)),
      request_(fill_request(wish.request, wish.stored.get(), arena_)),
      order_{request_, fill_->key(), wish.stored, fill_->ticket(), wish.now} {
  request_.body = this;
  fill_->set_filler(this);
}

void FillExchange::begin(FillReader* cause) {
  cause_ = cause;
  ask();
}

void FillExchange::ask() {
  stage_ = Stage::kAsking;
  request_.record = http::Record();
  request_.record.started = worker_.turns().now();
  work_ = origin_.take(request_, *this);
  work_->begin();
  bool over = stage_ == Stage::kOver || stage_ == Stage::kAgain || ending_ != Ending::kNone;
  if (!over) work_->on_body_end(nullptr);
}

void FillExchange::interim(const http::ResponseHead& head) {
  if (stage_ == Stage::kAsking && cause_ != nullptr) cause_->events_.on_fill_interim(head);
}

void FillExchange::head(const http::ResponseHead& head) {
  if (stage_ != Stage::kAsking) return;
  sized_ = head.framing == http::Framing::kLength &&
           http::may_have_body(head.status, request_.head.method);
  promised_ = sized_ ? head.content_length : 0;
  FillVerdict verdict = rules_.judge(order_, head);
  switch (verdict.kind) {
    case FillVerdict::Kind::kShare:
      return share(head, verdict.terms);
    case FillVerdict::Kind::kPass:
      return pass(head, verdict.by_request);
    case FillVerdict::Kind::kInstead:
      return answer(std::move(verdict.entry), head.status);
    case FillVerdict::Kind::kAgain:
      // Not inside of its call.
      work_->detach();
      stage_ = Stage::kAgain;
      return worker_.turns().defer(*this);
  }
}

void FillExchange::share(const http::ResponseHead& head, const Terms& terms) {
  stage_ = Stage::kSharing;
  tell_tries();
  fill_->share(head, terms, request_.head.fields);
  worker_.turns().defer(*this);
}

// The others need not wait for it, nor those who come in the next seconds, but where it is a
// failure that one request is enough to see.
void FillExchange::pass(const http::ResponseHead& head, bool by_request) {
  stage_ = Stage::kPassing;
  if (!by_request && head.status < 500)
    fills_.remember_not_shared(fill_->key(), worker_.turns().now());
  fills_.remove(*fill_);
  if (cause_ != nullptr) cause_->pass();
  fill_->release();
  fill_->tell(worker_);
  if (cause_ == nullptr) return finish();
  tell_tries();
  cause_->events_.on_fill_head(head, nullptr);
}

void FillExchange::answer(EntryRef entry, unsigned origin_status) {
  stage_ = Stage::kDropping;
  tell_tries();
  fills_.remove(*fill_);
  fill_->answer(std::move(entry), origin_status);
  fill_->tell(worker_);
}

// No protocol was asked for.
void FillExchange::upgrade(const http::ResponseHead&) {
  fail({502, http::Reason::kUpstreamMalformed, 0, {}});
}

Flow FillExchange::body(base::Bytes bytes) {
  size_ += bytes.size();
  switch (stage_) {
    case Stage::kPassing:
      return cause_->events_.on_fill_body(bytes);
    case Stage::kDropping:
      if (size_ > kDroppedMax) finish();
      return Flow::kGo;
    case Stage::kSharing:
      break;
    default:
      return Flow::kGo;
  }
  came_.push_back(bytes);
  came_size_ += bytes.size();
  worker_.turns().defer(*this);
  if (!narrow_ || !fill_->full(came_size_)) return Flow::kGo;
  paused_ = true;
  return Flow::kPause;
}

void FillExchange::end(const http::Fields* trailers) {
  switch (stage_) {
    case Stage::kSharing:
      ending_ = sized_ && size_ != promised_ ? Ending::kCut : Ending::kWhole;
      return worker_.turns().defer(*this);
    case Stage::kPassing:
      ending_ = Ending::kWhole;
      part_from_cause()->events_.on_fill_end(trailers);
      return finish();
    case Stage::kAsking:
      return fail({502, http::Reason::kUpstreamMalformed, 0, {}});
    default:
      return finish();
  }
}

void FillExchange::fail(const http::Failure& failure) {
  switch (stage_) {
    case Stage::kAsking:
      return fail_before_head(failure);
    case Stage::kSharing:
      ending_ = Ending::kCut;
      return worker_.turns().defer(*this);
    case Stage::kPassing:
      ending_ = Ending::kCut;
      part_from_cause()->events_.on_fill_failed(failure);
      return finish();
    default:
      return finish();
  }
}

void FillExchange::fail_before_head(const http::Failure& failure) {
  if (EntryRef entry = rules_.instead(order_)) {
    answer(std::move(entry), 0);
    return finish();
  }
  FillReader* cause = part_from_cause();
  finish();
  if (cause != nullptr) cause->events_.on_fill_failed(failure);
}

// It is told one thing more, and not by the fill. Null: there is none.
FillReader* FillExchange::part_from_cause() {
  tell_tries();
  FillReader* cause = std::exchange(cause_, nullptr);
  if (cause == nullptr) return nullptr;
  cause->filler_ = nullptr;
  cause->leave();
  return cause;
}

void FillExchange::on_turn_end() {
  if (stage_ == Stage::kAgain) {
    work_.reset();
    request_ = fill_request(request_, nullptr, arena_);
    request_.body = this;
    order_.stale = {};
    return ask();
  }
  settle();
}

void FillExchange::settle() {
  if (stage_ == Stage::kSharing) {
    give_on();
    if (ending_ == Ending::kWhole) return complete();
    if (ending_ == Ending::kCut) {
      if (!narrow_) rules_.count_not_stored(false);
      return finish();
    }
    fill_->tell(worker_);
  }
  if (!is_wanted()) return finish();
  if (!paused_ || fill_->full(0)) return;
  paused_ = false;
  work_->on_writable();
}

bool FillExchange::is_wanted() const {
  if (stage_ == Stage::kOver || stage_ == Stage::kPassing) return true;
  // For the store, or for the connection.
  if (!narrow_ && !worker_.draining()) return true;
  return fill_->has_readers();
}

void FillExchange::give_on() {
  if (came_.empty()) return;
  std::size_t taken = came_size_ + kPerBlock;
  fill_->append(one_block(came_, came_size_));
  came_.clear();
  came_size_ = 0;
  if (narrow_) return;
  // Also of one that comes in crumbs.
  bool fits =
      size_ <= fills_.max_object() && room_ + taken <= kPerByte * fills_.max_object() + kCrumbs;
  if (!fits || !fills_.take_room(taken)) return outgrow();
  room_ += taken;
}

void FillExchange::outgrow() {
  narrow_ = true;
  fills_.remember_not_shared(fill_->key(), worker_.turns().now());
  fills_.remove(*fill_);
  fill_->narrow(window_);
  rules_.count_not_stored(true);
}

void FillExchange::complete() {
  if (!narrow_) {
    rules_.store(order_, fill_->head(), fill_->terms(), compact(fill_->body(), size_));
  }
  fill_->end(true);
  finish();
}

void FillExchange::resume() { work_->on_writable(); }

void FillExchange::on_cause_left(bool was_passing) {
  tell_tries();
  cause_ = nullptr;
  if (was_passing && ending_ == Ending::kNone) finish();
}

void FillExchange::abandon() { finish(); }

void FillExchange::finish() {
  if (std::exchange(stage_, Stage::kOver) == Stage::kOver) return;
  net::Deferred::unlink();
  work_->detach();
  // Here, before who is told looks for another.
  fills_.remove(*fill_);
  fills_.give_room_back(std::exchange(room_, 0));
  fill_->set_filler(nullptr);
  fill_->end(false);
  fill_->tell(worker_);
  if (cause_ != nullptr) {
    tell_tries();
    cause_->filler_ = nullptr;
    cause_->passing_ = false;
    cause_ = nullptr;
  }
  worker_.left(*this);
  worker_.turns().retired().add(*this);
}

// For the access log of the request that caused it, and for who explains its failure.
void FillExchange::tell_tries() {
  if (cause_ == nullptr) return;
  copy_tries(request_.record, cause_->request_->record, *cause_->request_->arena);
}

void FillExchange::dispose() { std::unique_ptr<FillExchange> self(this); }

}  // namespace weir::cache
