#include "backend/answer.h"
#include "backend/endpoints.h"
#include "backend/json_object.h"
#include "backend/query.h"

namespace weir::backend {
namespace {

constexpr std::uint64_t kTimesMax = 1'000'000'000;

class HealthHandler final : public http::Handler {
 public:
  explicit HealthHandler(Instance& instance) : instance_(instance) {}

  http::WorkPtr take(http::Request& request, http::Responder& responder) override {
    if (request.head.method == http::Method::kPost) return tell(request, responder);
    bool failing = instance_.health.take_failure();
    JsonObject object;
    object.text("status", failing ? "failing" : "ok").text("instance", instance_.name);
    return answer(make_head(failing ? 503 : 200, kJson, instance_, request),
                  object.finish(*request.arena), request, responder);
  }

 private:
  http::WorkPtr tell(http::Request& request, http::Responder& responder) {
    Query query(request.head.query);
    auto fail = query.number("fail", 2, 1);
    auto times = query.number("times", 0, kTimesMax);
    if (!query.text("fail") || !fail || !times) {
      return refuse(400, "expected ?fail=1, ?fail=1&times=N or ?fail=0", instance_, request,
                    responder);
    }
    std::int64_t count = *fail == 0             ? 0
                         : !query.text("times") ? Health::kUntilToldOtherwise
                                                : static_cast<std::int64_t>(*times);
    instance_.health.fail(count);
    JsonObject object;
    object.json("failing", count == 0 ? "false" : "true").text("instance", instance_.name);
    return answer(make_head(200, kJson, instance_, request), object.finish(*request.arena), request,
                  responder);
  }

  Instance& instance_;
};

}  // namespace

HandlerPtr make_health(const Makings& makings) {
  return std::make_unique<HealthHandler>(makings.instance);
}

}  // namespace weir::backend
