#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "backend/instance.h"
#include "base/free_list.h"
#include "http/handler.h"

namespace weir::backend {

inline constexpr std::string_view kJson = "application/json";
inline constexpr std::string_view kText = "text/plain";

// A head with the fields that every answer has: Server, X-Instance and, unless empty, Content-Type.
// Framing is kNone. In the exchange's arena; `type` must live as long.
http::ResponseHead make_head(unsigned status, std::string_view type, const Instance& instance,
                             http::Request& request);

// What all works here share: the request's body is asked for and dropped, and nothing goes out
// behind the end or detach(). Its destructor is trivial, so that works without timers can live in
// the arena.
class AnswerWork : public http::Work {
 public:
  void begin() override { invite_body(); }
  http::Flow on_body(base::Bytes) override { return http::Flow::kGo; }
  void on_writable() override {}
  void detach() override { silent_ = true; }

 protected:
  AnswerWork() = default;
  AnswerWork(http::Request& request, http::Responder& responder)
      : request_(&request), responder_(&responder) {}
  ~AnswerWork() = default;

  // Starts anew, for works that are reused.
  void serve(http::Request& request, http::Responder& responder);
  http::Request& request() { return *request_; }
  // Asks a client that waits for it to send its body (100, RFC 9110 section 10.1.1).
  void invite_body();
  // A body may come with this status and the request's method.
  [[nodiscard]] bool may_have_body(unsigned status) const;

  // The responder's calls; they do nothing behind finish(), cut() or detach().
  void send_head(const http::ResponseHead& head);
  http::Flow send_body(base::Bytes bytes);
  void finish(const http::Fields* trailers = nullptr);
  void cut();
  // All of an answer. What method or status cannot carry is left out, or told by the head only.
  void give(http::ResponseHead head, std::string_view body);
  [[nodiscard]] bool silent() const { return silent_; }

 private:
  http::Request* request_ = nullptr;
  http::Responder* responder_ = nullptr;
  bool silent_ = false;
};

// A work that lives in the free list of its handler: for those with timers, which the arena cannot
// hold. The list outlives it. It is reused as it was left, so the handler sets all of it.
template <class W>
class KeptWork : public AnswerWork {
 public:
  void dispose() final { home_.give_back(std::unique_ptr<W>(static_cast<W*>(this))); }

 protected:
  explicit KeptWork(base::FreeList<W>& home) : home_(home) {}
  ~KeptWork() = default;

 private:
  base::FreeList<W>& home_;
};

// When a whole answer is given.
enum class When : std::uint8_t {
  kRequestRead,  // when the request was read to its end, so that its connection stays usable
  kAtOnce,       // in begin(), whatever comes behind the head
};

// A work that gives `head`, whose framing it sets, and `body`; both live as long as the arena.
http::WorkPtr answer(const http::ResponseHead& head, std::string_view body, http::Request& request,
                     http::Responder& responder, When when = When::kRequestRead);

// The same with `status` and a JSON object that tells in one sentence what was wrong.
http::WorkPtr refuse(unsigned status, std::string_view error, const Instance& instance,
                     http::Request& request, http::Responder& responder);

}  // namespace weir::backend
