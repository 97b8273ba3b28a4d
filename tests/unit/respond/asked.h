#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/arena.h"
#include "http/handler.h"

namespace weir::respond {

// One request that a handler answers, and what it answered. Fields and body are read when they
// come, as a session does.
class Asked final : public http::Responder {
 public:
  Asked() {
    request.arena = &arena;
    request.head.method = http::Method::kGet;
    request.head.method_text = "GET";
    request.head.host = "shop.example.com";
    request.head.target = "/a?b=c";
    request.head.path = "/a";
    request.head.normal_path = "/a";
    request.head.query = "b=c";
    request.head.has_query = true;
    request.peer.scheme = "https";
  }
  ~Asked() {
    if (work != nullptr) work->detach();
  }
  Asked(const Asked&) = delete;
  Asked& operator=(const Asked&) = delete;

  void ask(http::Handler& handler) { begin(handler.take(request, *this)); }
  void begin(http::WorkPtr taken) {
    work = std::move(taken);
    work->begin();
  }

  void interim(const http::ResponseHead&) override { calls += "interim "; }
  void head(const http::ResponseHead& given) override {
    calls += "head ";
    status = given.status;
    framing = given.framing;
    content_length = given.content_length;
    for (const auto& field : given.fields) {
      fields.emplace_back(field.name, field.value);
      known = known && field.id == http::name_of(field.name);
    }
    if (leaves_at_head) work->detach();
  }
  void upgrade(const http::ResponseHead&) override { calls += "upgrade "; }
  void shut_down() override { calls += "shut_down "; }
  http::Flow body(base::Bytes bytes) override {
    calls += "body ";
    text += bytes;
    if (leaves_at_body) work->detach();
    return http::Flow::kPause;
  }
  void end(const http::Fields* trailers) override {
    calls += trailers == nullptr ? "end" : "trailers";
  }
  void fail(const http::Failure&) override { calls += "fail"; }

  base::Arena arena;
  http::Request request;
  http::WorkPtr work;
  bool leaves_at_head = false;  // the client goes inside this call
  bool leaves_at_body = false;

  std::string calls;  // names of the calls, in order
  unsigned status = 0;
  http::Framing framing = http::Framing::kUntilClose;
  std::uint64_t content_length = 99;
  std::vector<std::pair<std::string, std::string>> fields;
  bool known = true;  // every field came with the id of its name
  std::string text;
};

}  // namespace weir::respond
