#include "support/memory/scripted_handler.h"

#include <cassert>
#include <memory>

namespace weir::memory {

class ScriptedHandler::Play final : public http::Work {
 public:
  Play(ScriptedHandler& handler, http::Request& request, http::Responder& responder)
      : handler_(handler), request_(request), responder_(responder) {
    ++handler_.alive_;
  }

  void begin() override {
    ++handler_.begun_;
    if (handler_.at_begin) handler_.at_begin(request_, responder_);
  }
  http::Flow on_body(base::Bytes bytes) override {
    assert(!detached_ && !ended_);
    handler_.body_ += bytes;
    return handler_.flow;
  }
  void on_body_end(const http::Fields* trailers) override {
    assert(!detached_ && !ended_);
    ended_ = true;
    ++handler_.ended_;
    if (trailers != nullptr) {
      for (const auto& field : *trailers) {
        handler_.trailers_ += std::string(field.name) + "=" + std::string(field.value) + ";";
      }
    }
    if (handler_.at_body_end) handler_.at_body_end(request_, responder_);
  }
  void on_writable() override {
    assert(!detached_);
    ++handler_.writable_;
  }
  void detach() override {
    if (!detached_) ++handler_.detached_;
    detached_ = true;
  }
  void dispose() override {
    assert(detached_);
    --handler_.alive_;
    --handler_.detached_;
    std::unique_ptr<Play> self(this);
  }

 private:
  ScriptedHandler& handler_;
  http::Request& request_;
  http::Responder& responder_;
  bool detached_ = false;
  bool ended_ = false;
};

http::WorkPtr ScriptedHandler::take(http::Request& request, http::Responder& responder) {
  request_ = &request;
  responder_ = &responder;
  return http::WorkPtr(std::make_unique<Play>(*this, request, responder).release());
}

void answer_text(http::Request& request, http::Responder& responder, std::string_view text) {
  http::ResponseHead head;
  head.status = 200;
  head.framing = http::Framing::kLength;
  head.content_length = text.size();
  responder.head(head);
  responder.body(request.arena->copy(text));
  responder.end(nullptr);
}

}  // namespace weir::memory
