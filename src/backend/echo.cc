#include <fmt/format.h>

#include <iterator>

#include "backend/answer.h"
#include "backend/endpoints.h"

namespace weir::backend {
namespace {

void append_lines(fmt::memory_buffer& out, const http::Fields& fields) {
  for (const http::Field& field : fields) {
    fmt::format_to(std::back_inserter(out), "{}: {}\n", field.name, field.value);
  }
}

// The request as text: its line, its fields, an empty line.
std::string_view preface_of(const http::Request& request) {
  const http::RequestHead& head = request.head;
  fmt::memory_buffer out;
  fmt::format_to(std::back_inserter(out), "{} {} HTTP/1.{}\n", head.method_text, head.target,
                 head.version == http::Version::kHttp10 ? 0 : 1);
  append_lines(out, head.fields);
  out.push_back('\n');
  return request.arena->copy({out.data(), out.size()});
}

class EchoWork final : public AnswerWork {
 public:
  EchoWork(http::Request& request, http::Responder& responder, const Instance& instance)
      : AnswerWork(request, responder), instance_(instance) {}

  void begin() override {
    invite_body();
    std::string_view preface = preface_of(request());
    http::ResponseHead head = make_head(200, kText, instance_, request());
    // The answer goes out while the request comes in, so its length is known only where the
    // request's is.
    bool chunked = request().head.framing == http::Framing::kChunked;
    head.framing = chunked ? http::Framing::kChunked : http::Framing::kLength;
    head.content_length = chunked ? 0 : preface.size() + request().head.content_length;
    send_head(head);
    if (may_have_body(200)) send_body(preface);
  }

  http::Flow on_body(base::Bytes bytes) override {
    if (!may_have_body(200)) return http::Flow::kGo;
    http::Flow flow = send_body(bytes);
    paused_ = flow == http::Flow::kPause;
    return flow;
  }

  void on_body_end(const http::Fields* trailers) override {
    paused_ = false;
    if (trailers != nullptr && !trailers->empty() && may_have_body(200)) {
      fmt::memory_buffer out;
      out.push_back('\n');
      append_lines(out, *trailers);
      send_body(request().arena->copy({out.data(), out.size()}));
    }
    finish();
  }

  void on_writable() override {
    if (silent() || !paused_) return;
    paused_ = false;
    request().body->resume_body();
  }

  // The arena takes the memory back.
  void dispose() override {}

 private:
  const Instance& instance_;
  bool paused_ = false;
};

class Echo final : public http::Handler {
 public:
  explicit Echo(const Instance& instance) : instance_(instance) {}

  http::WorkPtr take(http::Request& request, http::Responder& responder) override {
    return http::WorkPtr(request.arena->make<EchoWork>(request, responder, instance_));
  }

 private:
  const Instance& instance_;
};

}  // namespace

HandlerPtr make_echo(const Makings& makings) { return std::make_unique<Echo>(makings.instance); }

}  // namespace weir::backend
