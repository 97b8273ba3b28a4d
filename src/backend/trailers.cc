#include <fmt/format.h>

#include "backend/answer.h"
#include "backend/endpoints.h"
#include "backend/fnv1a.h"

namespace weir::backend {
namespace {

constexpr std::string_view kBody = "behind this body stand two trailer fields\n";

class TrailersWork final : public AnswerWork {
 public:
  TrailersWork(http::Request& request, http::Responder& responder, const Instance& instance)
      : AnswerWork(request, responder), instance_(instance) {}

  void on_body_end(const http::Fields*) override {
    base::Arena& arena = *request().arena;
    http::ResponseHead head = make_head(200, kText, instance_, request());
    head.framing = http::Framing::kChunked;
    head.fields.add(arena, "Trailer", "X-Checksum, X-Length");
    send_head(head);
    if (may_have_body(200)) send_body(kBody);
    Fnv1a checksum;
    checksum.add(kBody);
    http::Fields trailers;
    trailers.add(arena, "X-Checksum", arena.copy(fmt::format("{:016x}", checksum.value())));
    trailers.add(arena, "X-Length", arena.copy(fmt::format("{}", kBody.size())));
    finish(&trailers);
  }
  // The arena takes the memory back.
  void dispose() override {}

 private:
  const Instance& instance_;
};

class Trailers final : public http::Handler {
 public:
  explicit Trailers(const Instance& instance) : instance_(instance) {}

  http::WorkPtr take(http::Request& request, http::Responder& responder) override {
    return http::WorkPtr(request.arena->make<TrailersWork>(request, responder, instance_));
  }

 private:
  const Instance& instance_;
};

}  // namespace

HandlerPtr make_trailers(const Makings& makings) {
  return std::make_unique<Trailers>(makings.instance);
}

}  // namespace weir::backend
