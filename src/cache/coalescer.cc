#include "cache/coalescer.h"

#include <cassert>
#include <memory>

#include "cache/fill_exchange.h"

namespace weir::cache {
namespace {

// A request that waited for a variant that was not its own joins again, by what its answer varies;
// that may turn out to be otherwise once more.
constexpr unsigned kJoinsMax = 3;

}  // namespace

// To a worker, that a fill has something new for its readers.
class Coalescer::Wake final : public net::Letter {
 public:
  Wake(FillRef fill, AudienceRef audience)
      : fill_(std::move(fill)), audience_(std::move(audience)) {}
  void open() override { audience_->wake(*fill_); }

 private:
  FillRef fill_;
  AudienceRef audience_;
};

// To a fill's worker, that its readers went on.
class Coalescer::Call final : public net::Letter {
 public:
  explicit Call(FillRef fill) : fill_(std::move(fill)) {}
  void open() override {
    FillExchange* exchange = fill_->answer_call();
    if (exchange != nullptr) exchange->settle();
  }

 private:
  FillRef fill_;
};

Coalescer::Coalescer(net::Turns& turns, net::Wheel& wheel, net::Mailbox* mailbox)
    : turns_(turns), wheel_(wheel), mailbox_(mailbox) {}

Coalescer::~Coalescer() {
  net::Turns::Scope scope(turns_);
  drain_events_ = nullptr;
  close_all();
}

Coalescer::Joined Coalescer::join(FillReader& reader, const FillRoute& route,
                                  const FillWish& wish) {
  if (reader.joins_ == kJoinsMax) return Joined::kAlone;
  // It was released by a fill of another variant, which tells what the answer varies by.
  FillRef before = std::move(reader.fill_);
  std::string_view names = before ? std::string_view(before->identity().names) : std::string_view();
  Fills::Found found = route.fills.join(
      {wish.key, wish.request.head.fields, wish.stored.get(), names, turns_.now()}, *this);
  switch (found.kind) {
    case Fills::Found::Kind::kStored:
      return Joined::kStored;
    case Fills::Found::Kind::kAlone:
      return Joined::kAlone;
    case Fills::Found::Kind::kBegun:
      begin(std::move(found), route, wish, &reader);
      return Joined::kWaits;
    case Fills::Found::Kind::kJoined:
      break;
  }
  reader.enter(*this, std::move(found.fill), std::move(found.audience), nullptr);
  reader.patience_.emplace(wheel_, reader).set(base::after(turns_.now(), route.timeout));
  reader.on_fill();
  return Joined::kWaits;
}

void Coalescer::revalidate(const FillRoute& route, const FillWish& wish) {
  Fills::Found found = route.fills.begin(
      {wish.key, wish.request.head.fields, wish.stored.get(), {}, turns_.now()}, *this);
  if (found.kind == Fills::Found::Kind::kBegun) begin(std::move(found), route, wish, nullptr);
}

void Coalescer::begin(Fills::Found found, const FillRoute& route, const FillWish& wish,
                      FillReader* reader) {
  auto made = std::make_unique<FillExchange>(*this, route, wish, found.fill);
  FillExchange* exchange = made.release();
  exchanges_.push_back(*exchange);
  ++count_;
  if (reader != nullptr) {
    reader->enter(*this, std::move(found.fill), std::move(found.audience), exchange);
  }
  exchange->begin(reader);
}

void Coalescer::drain(CoalescerEvents& events) {
  drain_events_ = &events;
  exchanges_.each([this](FillExchange& exchange) { settle_later(exchange); });
  turns_.defer(*this);
}

void Coalescer::close_all() {
  while (!exchanges_.empty()) exchanges_.front().abandon();
}

void Coalescer::hold(BlockRef block) {
  held_.blocks.push_back(std::move(block));
  if (!held_.linked()) turns_.retired().add(held_);
}

void Coalescer::wake_later(FillRef fill, AudienceRef audience) {
  if (audience->call()) woken_.emplace_back(std::move(fill), std::move(audience));
  turns_.defer(*this);
}

void Coalescer::settle_later(FillExchange& exchange) { turns_.defer(exchange); }

void Coalescer::post_wake(FillRef fill, AudienceRef audience) {
  mailbox_->post(std::make_unique<Wake>(std::move(fill), std::move(audience)));
}

void Coalescer::post_call(FillRef fill) { mailbox_->post(std::make_unique<Call>(std::move(fill))); }

void Coalescer::left(FillExchange& exchange) {
  exchange.base::ListHook<FillExchange, OfCoalescer>::unlink();
  --count_;
  if (count_ == 0 && draining()) turns_.defer(*this);
}

void Coalescer::on_turn_end() {
  std::vector<std::pair<FillRef, AudienceRef>> woken;
  woken.swap(woken_);
  for (auto& [fill, audience] : woken) audience->wake(*fill);
  if (count_ != 0 || !draining() || std::exchange(told_empty_, true)) return;
  drain_events_->on_coalescer_empty();
}

}  // namespace weir::cache
