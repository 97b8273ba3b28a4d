// What CacheWork does with the client's request: from the store, or by the next handler.

#include "cache/cache_work.h"

#include <algorithm>
#include <array>
#include <memory>

#include "base/ascii.h"
#include "cache/asking.h"
#include "cache/cache_handler.h"
#include "cache/validation.h"

namespace weir::cache {
namespace {

using http::Name;

constexpr std::size_t kDigits = 20;

// A GET with content is not the GET that others send (RFC 9110 section 9.3.1): who answers by the
// content would fill the store for those who send none.
bool has_content(const http::RequestHead& head) {
  return head.framing == http::Framing::kChunked ||
         (head.framing == http::Framing::kLength && head.content_length > 0);
}

// Frameworks take the method from these fields in place of the request line.
bool overrides_method(const http::Fields& request) {
  static constexpr std::array<std::string_view, 3> kNames = {"X-HTTP-Method-Override",
                                                             "X-HTTP-Method", "X-Method-Override"};
  return std::any_of(request.begin(), request.end(), [](const http::Field& field) {
    return field.id == Name::kOther && field.name.size() >= kNames[1].size() &&
           std::any_of(kNames.begin(), kNames.end(), [&field](std::string_view name) {
             return base::equal_nocase(field.name, name);
           });
  });
}

// Preconditions are of no meaning where the answer would be another one than a success (RFC 9110
// section 13.2.1).
bool conditions_count(unsigned status) { return status >= 200 && status < 300; }

}  // namespace

void CacheWork::start(http::Request& request, http::Responder& responder) {
  request_ = &request;
  responder_ = &responder;
  reader_.start(request);
  key_ = {};
  asked_ = RequestControl();
  trailers_ = nullptr;
  step_ = Step::kDeliver;
  went_ = Went::kNot;
  next_live_ = swapped_ = whole_asked_ = validating_ = false;
  in_part_ = read_past_ = body_ended_ = counted_ = false;
  kept_ = true;
}

void CacheWork::begin() {
  const http::RequestHead& head = request_->head;
  const CompiledCache& plan = handler_.plan();
  if (!plan.takes(head.method)) return pass(Went::kMethod);
  bool bypassed = has_content(head) || !request_->upgrade.empty() ||
                  overrides_method(head.fields) || plan.bypasses(*request_);
  if (bypassed) return pass(Went::kBypass);
  look_up();
}

void CacheWork::look_up() {
  const http::Fields& fields = request_->head.fields;
  asked_ = asked_of(handler_.plan(), fields);
  key_ = handler_.plan().key(*request_, *request_->arena);
  entry_ = handler_.store().find(key_, fields);
  bool for_origin =
      evaluate(fields, entry_ ? entry_->head().fields : http::Fields(), 0) == Condition::kForward;
  if (asked_.only_if_cached && (!entry_ || for_origin)) return refuse();
  if (entry_) return for_origin ? ask(Went::kRequest, How::kAsReceived) : reuse_or_ask();
  ask(Went::kMiss, for_origin ? How::kAsReceived : How::kWhole);
}

void CacheWork::reuse_or_ask() {
  Seconds now = handler_.now();
  Terms terms = entry_->terms();
  Handled handled;
  handled.from_store = true;
  switch (reuse(terms, asked_, now)) {
    case Reuse::kFresh:
      return answer(Result::kHit, handled);
    case Reuse::kStale:
      return answer(Result::kStale, handled);
    case Reuse::kWhileRevalidate:
      if (Background* background = handler_.background()) {
        background->revalidate(*request_, key_, entry_);
        handled.updating = true;
        return answer(Result::kStale, handled);
      }
      return ask(Went::kStale, How::kWhole);
    case Reuse::kRevalidate: {
      bool fresh = reuse(terms, {}, now) == Reuse::kFresh;
      return ask(fresh ? Went::kRequest : Went::kStale, How::kWhole);
    }
    case Reuse::kRefuse:
      return refuse();
  }
}

void CacheWork::pass(Went why) {
  went_ = why;
  step_ = Step::kPass;
  count(Result::kBypass);
  begin_next();
}

void CacheWork::ask(Went why, How how) {
  went_ = why;
  if (how == How::kWhole && join_fill()) return;
  ask_origin(how);
}

void CacheWork::ask_origin(How how) {
  step_ = Step::kAsk;
  whole_asked_ = how == How::kWhole;
  intake_.open(handler_.plan(), handler_.store(), key_, *request_, handler_.now());
  if (whole_asked_) {
    base::Arena& arena = *request_->arena;
    http::Fields& fields = request_->head.fields;
    own_fields_ = fields;
    swapped_ = true;
    validating_ = entry_ && has_validator(entry_->head().fields);
    fields =
        validating_ ? validating(own_fields_, *entry_, arena) : unconditional(own_fields_, arena);
  }
  begin_next();
}

void CacheWork::ask_again(How how) {
  step_ = Step::kAskAgain;
  again_ = how;
  handler_.turns().defer(*this);
}

void CacheWork::begin_next() {
  next_ = handler_.next().take(*request_, *this);
  next_live_ = true;
  next_->begin();
}

void CacheWork::drop_next() {
  if (next_ != nullptr) next_->detach();
  next_live_ = false;
  reader_.leave();
  restore_fields();
}

// What is told of the request from here on is what the client sent.
void CacheWork::restore_fields() {
  if (swapped_) request_->head.fields = own_fields_;
  swapped_ = false;
}

void CacheWork::answer(Result result, const Handled& handled) {
  step_ = Step::kDeliver;
  count(result);
  Terms terms = entry_->terms();
  Handled told = handled;
  told.ttl = ttl_of(terms);
  http::Fields extra = extra_of(told, terms.age_at(handler_.now()));
  const http::ResponseHead& stored = entry_->head();
  bool not_modified =
      conditions_count(stored.status) &&
      evaluate(request_->head.fields, stored.fields, terms.received) == Condition::kNotModified;
  if (not_modified) return delivery_.tell_not_modified(entry_, *request_, *responder_, extra);
  Part part = delivery_.look_at_ranges(*request_, stored, entry_->body_size());
  std::string_view boundary =
      delivery_.is_multipart() ? handler_.boundary(*request_->arena) : std::string_view();
  delivery_.start(entry_, *request_, *responder_, extra, part, boundary);
}

void CacheWork::answer_for_error(unsigned origin_status) {
  drop_next();
  Handled handled;
  handled.went = went_;
  handled.origin_status = origin_status;
  handled.from_store = true;
  answer(Result::kStale, handled);
}

// RFC 9111 section 5.2.1.7.
void CacheWork::refuse() {
  step_ = Step::kDeliver;
  count(Result::kMiss);
  http::ResponseHead head;
  head.status = 504;
  head.framing = http::Framing::kLength;
  responder_->head(head);
  if (responder_ != nullptr) responder_->end(nullptr);
}

bool CacheWork::may_answer_for(unsigned origin_status) const {
  bool failed = origin_status == 0 || is_failure(origin_status);
  return failed && entry_ && whole_asked_ &&
         may_answer_error(entry_->terms(), asked_, handler_.now());
}

Seconds CacheWork::ttl_of(const Terms& terms) const {
  Seconds ttl = -terms.staleness_at(handler_.now());
  return terms.purged ? std::min<Seconds>(ttl, -1) : ttl;
}

http::Fields CacheWork::extra_of(const Handled& handled, std::optional<Seconds> age) {
  const CacheOptions& options = handler_.plan().options();
  base::Arena& arena = *request_->arena;
  http::Fields fields;
  fields.reserve(arena, 3);
  if (age) {
    char* text = arena.take(kDigits);
    char* end = base::write_decimal(text, static_cast<std::uint64_t>(*age));
    auto size = static_cast<std::size_t>(end - text);
    arena.trim(kDigits, size);
    fields.add(arena, {http::text_of(Name::kAge), {text, size}, Name::kAge});
  }
  if (options.status_header)
    fields.add(arena, {"Cache-Status", cache_status(handled, arena), Name::kOther});
  if (options.x_cache) fields.add(arena, {"X-Cache", x_cache(handled), Name::kOther});
  return fields;
}

void CacheWork::count(Result result) {
  if (!counted_) handler_.count(result);
  counted_ = true;
}

http::Flow CacheWork::on_body(base::Bytes bytes) {
  return next_live_ ? next_->on_body(bytes) : http::Flow::kGo;
}

void CacheWork::on_body_end(const http::Fields* trailers) {
  body_ended_ = true;
  trailers_ = trailers;
  if (next_live_) next_->on_body_end(trailers);
}

void CacheWork::on_writable() {
  if (next_live_) return next_->on_writable();
  if (reader_.joined()) return reader_.on_writable();
  delivery_.go_on();
}

void CacheWork::detach() {
  if (responder_ == nullptr) return;
  responder_ = nullptr;
  drop_next();
  delivery_.stop();
  intake_.drop();
  unlink();
  count(Result::kMiss);
}

void CacheWork::dispose() {
  std::unique_ptr<CacheWork> self(this);
  next_.reset();
  reader_.release();
  delivery_.release();
  entry_ = EntryRef();
  request_ = nullptr;
  handler_.recycle(std::move(self));
}

void CacheWork::on_turn_end() {
  drop_next();
  next_.reset();
  entry_ = EntryRef();
  validating_ = false;
  ask(went_, again_);
  if (next_live_ && body_ended_) next_->on_body_end(trailers_);
}

}  // namespace weir::cache
