#include "backend/answer.h"
#include "backend/endpoints.h"
#include "backend/json_object.h"
#include "base/ascii.h"

namespace weir::backend {
namespace {

constexpr std::uint64_t kDelayMax = 3'600'000;  // ms
constexpr std::size_t kWorksKept = 1024;

class DelayWork final : public KeptWork<DelayWork>, private net::DeadlineEvents {
 public:
  DelayWork(base::FreeList<DelayWork>& home, const Makings& makings)
      : KeptWork(home),
        instance_(makings.instance),
        turns_(makings.turns),
        due_(makings.wheel, *this) {}

  void prepare(std::uint64_t delay_ms, http::Request& request, http::Responder& responder) {
    serve(request, responder);
    delay_ms_ = delay_ms;
  }

  void on_body_end(const http::Fields*) override {
    if (delay_ms_ == 0) return give_answer();
    due_.set(base::after(turns_.now(), base::Duration(delay_ms_)));
  }
  void detach() override {
    AnswerWork::detach();
    due_.clear();
  }

 private:
  void on_deadline(net::Deadline&) override { give_answer(); }
  void give_answer() {
    JsonObject object;
    object.number("delay_ms", delay_ms_).text("instance", instance_.name);
    give(make_head(200, kJson, instance_, request()), object.finish(*request().arena));
  }

  const Instance& instance_;
  net::Turns& turns_;
  net::Deadline due_;
  std::uint64_t delay_ms_ = 0;
};

class Delay final : public http::Handler {
 public:
  explicit Delay(const Makings& makings) : makings_(makings) {}

  http::WorkPtr take(http::Request& request, http::Responder& responder) override {
    auto delay = base::parse_decimal(parameter(request, "/delay/"));
    if (!delay || *delay > kDelayMax) {
      return refuse(400, "expected /delay/MS with MS up to 3600000", makings_.instance, request,
                    responder);
    }
    auto work = works_.take(works_, makings_);
    work->prepare(*delay, request, responder);
    return http::WorkPtr(work.release());
  }

 private:
  Makings makings_;
  base::FreeList<DelayWork> works_{kWorksKept};
};

}  // namespace

HandlerPtr make_delay(const Makings& makings) { return std::make_unique<Delay>(makings); }

}  // namespace weir::backend
