#include "backend/answer.h"

#include "backend/json_object.h"

namespace weir::backend {
namespace {

class WholeAnswer final : public AnswerWork {
 public:
  WholeAnswer(const http::ResponseHead& head, std::string_view body, When when,
              http::Request& request, http::Responder& responder)
      : AnswerWork(request, responder), head_(head), body_(body), when_(when) {}

  void begin() override {
    if (when_ == When::kAtOnce) return give(head_, body_);
    invite_body();
  }
  void on_body_end(const http::Fields*) override { give(head_, body_); }
  // The arena takes the memory back.
  void dispose() override {}

 private:
  http::ResponseHead head_;
  std::string_view body_;
  When when_;
};

}  // namespace

http::ResponseHead make_head(unsigned status, std::string_view type, const Instance& instance,
                             http::Request& request) {
  http::ResponseHead head;
  head.status = status;
  base::Arena& arena = *request.arena;
  head.fields.add(arena, {"Server", "weir-backend", http::Name::kServer});
  head.fields.add(arena, {"X-Instance", instance.name, http::Name::kOther});
  if (!type.empty()) head.fields.add(arena, {"Content-Type", type, http::Name::kContentType});
  return head;
}

void AnswerWork::serve(http::Request& request, http::Responder& responder) {
  request_ = &request;
  responder_ = &responder;
  silent_ = false;
}

void AnswerWork::invite_body() {
  if (!request_->head.expect_continue) return;
  http::ResponseHead go_on;
  go_on.status = 100;
  responder_->interim(go_on);
}

bool AnswerWork::may_have_body(unsigned status) const {
  return http::may_have_body(status, request_->head.method);
}

void AnswerWork::send_head(const http::ResponseHead& head) {
  if (!silent_) responder_->head(head);
}

http::Flow AnswerWork::send_body(base::Bytes bytes) {
  if (silent_ || bytes.empty()) return http::Flow::kGo;
  return responder_->body(bytes);
}

void AnswerWork::finish(const http::Fields* trailers) {
  if (silent_) return;
  silent_ = true;
  responder_->end(trailers);
}

void AnswerWork::cut() {
  if (silent_) return;
  silent_ = true;
  http::Failure failure;
  failure.status = 500;
  responder_->fail(failure);
}

void AnswerWork::give(http::ResponseHead head, std::string_view body) {
  bool contentless = !http::may_have_body(head.status, http::Method::kGet);
  head.framing = contentless ? http::Framing::kNone : http::Framing::kLength;
  head.content_length = contentless ? 0 : body.size();
  send_head(head);
  if (may_have_body(head.status)) send_body(body);
  finish();
}

http::WorkPtr answer(const http::ResponseHead& head, std::string_view body, http::Request& request,
                     http::Responder& responder, When when) {
  return http::WorkPtr(request.arena->make<WholeAnswer>(head, body, when, request, responder));
}

http::WorkPtr refuse(unsigned status, std::string_view error, const Instance& instance,
                     http::Request& request, http::Responder& responder) {
  JsonObject object;
  object.text("error", error).text("instance", instance.name);
  return answer(make_head(status, kJson, instance, request), object.finish(*request.arena), request,
                responder);
}

}  // namespace weir::backend
