#include <array>

#include "backend/answer.h"
#include "backend/endpoints.h"
#include "backend/json_object.h"
#include "backend/query.h"
#include "base/ascii.h"

namespace weir::backend {
namespace {

constexpr std::uint64_t kRetryAfterMax = 1'000'000'000;

class Status final : public http::Handler {
 public:
  explicit Status(const Instance& instance) : instance_(instance) {}

  http::WorkPtr take(http::Request& request, http::Responder& responder) override {
    auto code = base::parse_decimal(parameter(request, "/status/"));
    if (!code || *code < 200 || *code > 599) {
      return refuse(400, "expected /status/CODE with a code from 200 to 599", instance_, request,
                    responder);
    }
    Query query(request.head.query);
    auto retry_after = query.number("retry_after", 0, kRetryAfterMax);
    if (!retry_after) {
      return refuse(400, "expected ?retry_after=SECONDS", instance_, request, responder);
    }
    auto status = static_cast<unsigned>(*code);
    bool contentless = !http::may_have_body(status, http::Method::kGet);
    http::ResponseHead head = make_head(status, contentless ? "" : kJson, instance_, request);
    base::Arena& arena = *request.arena;
    if (auto value = query.text("retry_after")) head.fields.add(arena, "Retry-After", *value);
    if (auto value = query.text("location")) head.fields.add(arena, "Location", *value);
    JsonObject object;
    object.number("status", status).text("instance", instance_.name);
    return answer(head, contentless ? "" : object.finish(arena), request, responder);
  }

 private:
  const Instance& instance_;
};

class Early final : public http::Handler {
 public:
  explicit Early(const Instance& instance) : instance_(instance) {}

  http::WorkPtr take(http::Request& request, http::Responder& responder) override {
    JsonObject object;
    object.text("answered", "before the body was read").text("instance", instance_.name);
    return answer(make_head(200, kJson, instance_, request), object.finish(*request.arena), request,
                  responder, When::kAtOnce);
  }

 private:
  const Instance& instance_;
};

}  // namespace

HandlerPtr make_status(const Makings& makings) {
  return std::make_unique<Status>(makings.instance);
}
HandlerPtr make_early(const Makings& makings) { return std::make_unique<Early>(makings.instance); }

}  // namespace weir::backend
