#include "respond/answer.h"

#include "base/arena.h"

namespace weir::respond {
namespace {

class AnswerWork final : public http::Work {
 public:
  AnswerWork(const Answer& answer, http::Method method, http::Responder& responder)
      : answer_(answer), method_(method), responder_(responder) {}

  void begin() override {
    http::ResponseHead head;
    head.status = answer_.status;
    head.fields = answer_.fields;
    // The length is told to HEAD as well (RFC 9110 section 9.3.2), but not with a status that has
    // no content.
    bool contentless = !http::may_have_body(answer_.status, http::Method::kGet);
    head.framing = contentless ? http::Framing::kNone : http::Framing::kLength;
    head.content_length = answer_.body.size();
    responder_.head(head);
    if (detached_) return;
    if (!answer_.body.empty() && http::may_have_body(answer_.status, method_)) {
      responder_.body(answer_.body);
      if (detached_) return;
    }
    responder_.end(nullptr);
  }
  http::Flow on_body(base::Bytes) override { return http::Flow::kGo; }
  void on_body_end(const http::Fields*) override {}
  void on_writable() override {}
  void detach() override { detached_ = true; }
  // The arena takes the memory back.
  void dispose() override {}

 private:
  Answer answer_;
  http::Method method_;
  http::Responder& responder_;
  bool detached_ = false;
};

}  // namespace

http::WorkPtr give(const Answer& answer, http::Request& request, http::Responder& responder) {
  return http::WorkPtr(request.arena->make<AnswerWork>(answer, request.head.method, responder));
}

}  // namespace weir::respond
