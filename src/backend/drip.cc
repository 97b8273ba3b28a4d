#include "backend/answer.h"
#include "backend/endpoints.h"
#include "backend/json_object.h"
#include "backend/pattern.h"
#include "backend/query.h"

namespace weir::backend {
namespace {

constexpr std::uint64_t kCountMax = 1'000'000'000;
constexpr std::uint64_t kGapMax = 3'600'000;  // ms
constexpr std::size_t kWorksKept = 256;

struct DripPlan {
  bool events = false;      // server-sent events in place of the pattern
  std::uint64_t count = 0;  // pieces; 0: without end
  std::uint64_t gap_ms = 0;
  std::uint64_t size = 0;  // bytes of a piece of the pattern
};

// Sends pieces at intervals; one that the client does not take in time delays those behind it.
class DripWork final : public KeptWork<DripWork>, private net::DeadlineEvents {
 public:
  DripWork(base::FreeList<DripWork>& home, const Makings& makings)
      : KeptWork(home),
        instance_(makings.instance),
        turns_(makings.turns),
        due_(makings.wheel, *this) {}

  void prepare(const DripPlan& plan, http::Request& request, http::Responder& responder) {
    serve(request, responder);
    plan_ = plan;
    sent_ = 0;
    paused_ = false;
    missed_ = false;
  }

  void on_body_end(const http::Fields*) override {
    http::ResponseHead head =
        make_head(200, plan_.events ? "text/event-stream" : kText, instance_, request());
    if (plan_.events) head.fields.add(*request().arena, "Cache-Control", "no-cache");
    head.framing = http::Framing::kChunked;
    send_head(head);
    if (!may_have_body(200)) return finish();
    next_ = turns_.now();
    send_piece();
  }
  void on_writable() override {
    paused_ = false;
    if (!missed_ || silent()) return;
    missed_ = false;
    next_ = turns_.now();
    send_piece();
  }
  void detach() override {
    AnswerWork::detach();
    due_.clear();
  }

 private:
  void on_deadline(net::Deadline&) override {
    missed_ = paused_;
    if (!paused_) send_piece();
  }

  void send_piece() {
    fmt::memory_buffer event;
    base::Bytes piece = plan_.events ? write_event(event) : pattern(sent_ * plan_.size, plan_.size);
    ++sent_;
    paused_ = send_body(piece) == http::Flow::kPause;
    if (silent()) return;
    if (sent_ == plan_.count) return finish();
    next_ += static_cast<base::Stamp>(plan_.gap_ms) * 1'000'000;
    due_.set(next_);
  }

  // In scratch memory, since the arena would grow with an answer that has no end.
  base::Bytes write_event(fmt::memory_buffer& out) {
    JsonObject data;
    data.number("n", sent_ + 1).text("instance", instance_.name);
    std::string_view json = data.finish(turns_.scratch());
    fmt::format_to(std::back_inserter(out), "id: {}\nevent: tick\ndata: {}\n", sent_ + 1, json);
    return turns_.scratch().copy({out.data(), out.size()});
  }

  const Instance& instance_;
  net::Turns& turns_;
  net::Deadline due_;
  DripPlan plan_;
  std::uint64_t sent_ = 0;  // pieces
  base::Stamp next_ = 0;
  bool paused_ = false;
  bool missed_ = false;  // a piece was due while the client did not keep up
};

class Drip final : public http::Handler {
 public:
  Drip(bool events, const Makings& makings) : events_(events), makings_(makings) {}

  http::WorkPtr take(http::Request& request, http::Responder& responder) override {
    Query query(request.head.query);
    auto count = query.number("count", 10, kCountMax);
    auto gap = query.number("ms", 100, kGapMax);
    auto size = query.number("size", 1, kPatternPeriod);
    if (!count || !gap || !size || *size == 0) {
      return refuse(400, "expected ?count=N (0: without end), ?ms=N and ?size=N (1 to 65000)",
                    makings_.instance, request, responder);
    }
    DripPlan plan;
    plan.events = events_;
    plan.count = *count;
    plan.gap_ms = *gap;
    plan.size = *size;
    auto work = works_.take(works_, makings_);
    work->prepare(plan, request, responder);
    return http::WorkPtr(work.release());
  }

 private:
  bool events_;
  Makings makings_;
  base::FreeList<DripWork> works_{kWorksKept};
};

}  // namespace

HandlerPtr make_drip(const Makings& makings) { return std::make_unique<Drip>(false, makings); }
HandlerPtr make_events(const Makings& makings) { return std::make_unique<Drip>(true, makings); }

}  // namespace weir::backend
