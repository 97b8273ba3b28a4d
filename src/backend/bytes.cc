#include <algorithm>

#include "backend/answer.h"
#include "backend/endpoints.h"
#include "backend/pattern.h"
#include "backend/query.h"
#include "base/ascii.h"

namespace weir::backend {
namespace {

// 16 TiB: so far that nobody asks for more, and sums stay far from overflow.
constexpr std::uint64_t kBytesMax = std::uint64_t{16} << 40;
// A reader that keeps up with the sender would never let the turn end: behind so many pieces the
// rest waits for a tick of the wheel, so that other connections are served.
constexpr unsigned kPiecesAtOnce = 128;
constexpr std::size_t kWorksKept = 64;

struct BytesPlan {
  http::ResponseHead head;
  std::uint64_t total = 0;  // bytes that are sent
  bool cut = false;         // behind them the answer breaks off
};

// Sends the pattern, a piece at a time, as fast as the client takes it.
class BytesWork final : public KeptWork<BytesWork>,
                        private net::Deferred,
                        private net::DeadlineEvents {
 public:
  BytesWork(base::FreeList<BytesWork>& home, net::Turns& turns, net::Wheel& wheel)
      : KeptWork(home), turns_(turns), tick_(wheel, *this) {}

  void prepare(const BytesPlan& plan, http::Request& request, http::Responder& responder) {
    serve(request, responder);
    plan_ = plan;
    sent_ = 0;
    pieces_ = 0;
    paused_ = false;
  }

  void on_body_end(const http::Fields*) override {
    send_head(plan_.head);
    if (!may_have_body(plan_.head.status)) return finish();
    if (sent_ < plan_.total) return send_piece();
    plan_.cut ? turns_.defer(*this) : finish();
  }
  void on_writable() override {
    if (!paused_ || silent()) return;
    paused_ = false;
    pieces_ = 0;
    go_on();
  }
  void detach() override {
    AnswerWork::detach();
    net::Deferred::unlink();
    tick_.clear();
  }

 private:
  void on_turn_end() override { go_on(); }
  void on_deadline(net::Deadline&) override {
    pieces_ = 0;
    go_on();
  }

  // All of a cut answer was given in an earlier turn or flush, so that it reached the kernel, as
  // far as the client takes it.
  void go_on() { sent_ == plan_.total ? cut() : send_piece(); }

  void send_piece() {
    base::Bytes piece = pattern(sent_, plan_.total - sent_);
    sent_ += piece.size();
    paused_ = send_body(piece) == http::Flow::kPause;
    if (silent()) return;
    if (sent_ == plan_.total && !plan_.cut) return finish();
    if (paused_) return;
    ++pieces_ < kPiecesAtOnce ? turns_.defer(*this) : tick_.set(turns_.now());
  }

  net::Turns& turns_;
  net::Deadline tick_;
  BytesPlan plan_;
  std::uint64_t sent_ = 0;
  unsigned pieces_ = 0;  // since others were served
  bool paused_ = false;
};

class BytesHandler : public http::Handler {
 public:
  explicit BytesHandler(const Makings& makings) : makings_(makings) {}

 protected:
  http::WorkPtr work(const BytesPlan& plan, http::Request& request, http::Responder& responder) {
    auto one = works_.take(works_, makings_.turns, makings_.wheel);
    one->prepare(plan, request, responder);
    return http::WorkPtr(one.release());
  }
  [[nodiscard]] const Instance& instance() const { return makings_.instance; }

 private:
  Makings makings_;
  base::FreeList<BytesWork> works_{kWorksKept};
};

class Bytes final : public BytesHandler {
 public:
  using BytesHandler::BytesHandler;

  http::WorkPtr take(http::Request& request, http::Responder& responder) override {
    auto count = base::parse_decimal(parameter(request, "/bytes/"));
    auto chunked = Query(request.head.query).number("chunked", 0, 1);
    if (!count || *count > kBytesMax || !chunked) {
      return refuse(400, "expected /bytes/N with N up to 2^44, and ?chunked=1 or nothing",
                    instance(), request, responder);
    }
    BytesPlan plan;
    plan.head = make_head(200, kText, instance(), request);
    plan.head.framing = *chunked == 1 ? http::Framing::kChunked : http::Framing::kLength;
    plan.head.content_length = *chunked == 1 ? 0 : *count;
    plan.total = *count;
    return work(plan, request, responder);
  }
};

class Close final : public BytesHandler {
 public:
  using BytesHandler::BytesHandler;

  http::WorkPtr take(http::Request& request, http::Responder& responder) override {
    Query query(request.head.query);
    auto after = query.number("after", 0, kBytesMax);
    auto length = query.number("length", after ? *after + 1000 : 0, kBytesMax + 1000);
    auto chunked = query.number("chunked", 0, 1);
    if (!after || !length || !chunked || *length <= *after) {
      return refuse(400, "expected ?after=N, and ?length=M above N or ?chunked=1", instance(),
                    request, responder);
    }
    BytesPlan plan;
    plan.head = make_head(200, kText, instance(), request);
    plan.head.framing = *chunked == 1 ? http::Framing::kChunked : http::Framing::kLength;
    plan.head.content_length = *chunked == 1 ? 0 : *length;
    plan.total = *after;
    plan.cut = true;
    return work(plan, request, responder);
  }
};

}  // namespace

HandlerPtr make_bytes(const Makings& makings) { return std::make_unique<Bytes>(makings); }
HandlerPtr make_close(const Makings& makings) { return std::make_unique<Close>(makings); }

}  // namespace weir::backend
