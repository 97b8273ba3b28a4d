#pragma once

#include <functional>
#include <string>

#include "http/handler.h"

namespace weir::memory {

// A handler that the test plays by hand: what it is given is written down, and what it answers is
// said through responder(), inside a turn. Takes one exchange after the other; several at a time
// only where each is answered at its beginning.
class ScriptedHandler final : public http::Handler {
 public:
  // Called at Work::begin(); empty: nothing happens yet.
  std::function<void(http::Request&, http::Responder&)> at_begin;
  // Called at Work::on_body_end().
  std::function<void(http::Request&, http::Responder&)> at_body_end;
  // What Work::on_body() says.
  http::Flow flow = http::Flow::kGo;

  // Of the exchange taken last.
  [[nodiscard]] http::Request& request() { return *request_; }
  [[nodiscard]] http::Responder& responder() { return *responder_; }
  // What came of bodies, over all exchanges.
  [[nodiscard]] const std::string& body() const { return body_; }
  [[nodiscard]] std::string trailers() const { return trailers_; }
  // How often each of these was called, over all exchanges.
  [[nodiscard]] int begun() const { return begun_; }
  [[nodiscard]] int ended() const { return ended_; }
  [[nodiscard]] int writable() const { return writable_; }
  // Works that live, and those of them that were detached.
  [[nodiscard]] int alive() const { return alive_; }
  [[nodiscard]] int detached() const { return detached_; }

  http::WorkPtr take(http::Request& request, http::Responder& responder) override;

 private:
  class Play;

  http::Request* request_ = nullptr;
  http::Responder* responder_ = nullptr;
  std::string body_;
  std::string trailers_;
  int begun_ = 0;
  int ended_ = 0;
  int writable_ = 0;
  int alive_ = 0;
  int detached_ = 0;
};

// Answers 200 with this text, all at once.
void answer_text(http::Request& request, http::Responder& responder, std::string_view text);

}  // namespace weir::memory
