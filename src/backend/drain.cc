#include "backend/answer.h"
#include "backend/endpoints.h"
#include "backend/fnv1a.h"
#include "backend/json_object.h"
#include "backend/query.h"

namespace weir::backend {
namespace {

constexpr std::uint64_t kPauseMax = 3'600'000;  // ms
constexpr std::size_t kWorksKept = 256;

// Reads a body and tells what it was; slowly if asked to, so that whoever sends it has to wait.
class DrainWork final : public KeptWork<DrainWork>, private net::DeadlineEvents {
 public:
  DrainWork(base::FreeList<DrainWork>& home, const Makings& makings)
      : KeptWork(home),
        instance_(makings.instance),
        turns_(makings.turns),
        pause_(makings.wheel, *this) {}

  void prepare(std::uint64_t pause_ms, http::Request& request, http::Responder& responder) {
    serve(request, responder);
    pause_ms_ = pause_ms;
    size_ = 0;
    checksum_ = Fnv1a();
  }

  http::Flow on_body(base::Bytes bytes) override {
    size_ += bytes.size();
    checksum_.add(bytes);
    if (pause_ms_ == 0) return http::Flow::kGo;
    pause_.set(base::after(turns_.now(), base::Duration(pause_ms_)));
    return http::Flow::kPause;
  }
  void on_body_end(const http::Fields*) override {
    pause_.clear();
    JsonObject object;
    object.number("bytes", size_)
        .text("fnv1a", fmt::format("{:016x}", checksum_.value()))
        .text("instance", instance_.name);
    give(make_head(200, kJson, instance_, request()), object.finish(*request().arena));
  }
  void detach() override {
    AnswerWork::detach();
    pause_.clear();
  }

 private:
  void on_deadline(net::Deadline&) override { request().body->resume_body(); }

  const Instance& instance_;
  net::Turns& turns_;
  net::Deadline pause_;
  std::uint64_t pause_ms_ = 0;
  std::uint64_t size_ = 0;
  Fnv1a checksum_;
};

class Drain final : public http::Handler {
 public:
  explicit Drain(const Makings& makings) : makings_(makings) {}

  http::WorkPtr take(http::Request& request, http::Responder& responder) override {
    auto pause = Query(request.head.query).number("ms", 0, kPauseMax);
    if (!pause) return refuse(400, "expected ?ms=N", makings_.instance, request, responder);
    auto work = works_.take(works_, makings_);
    work->prepare(*pause, request, responder);
    return http::WorkPtr(work.release());
  }

 private:
  Makings makings_;
  base::FreeList<DrainWork> works_{kWorksKept};
};

}  // namespace

HandlerPtr make_drain(const Makings& makings) { return std::make_unique<Drain>(makings); }

}  // namespace weir::backend
