#include "respond/answer.h"

#include <doctest/doctest.h>

#include "unit/respond/asked.h"

namespace weir::respond {
namespace {

Answer answer_of(unsigned status, std::string_view body) {
  Answer answer;
  answer.status = status;
  answer.body = body;
  return answer;
}

TEST_CASE("nothing is said before begin, all of it in begin") {
  Asked asked;
  auto work = give(answer_of(200, "hello"), asked.request, asked);
  CHECK(asked.calls.empty());
  asked.begin(std::move(work));
  CHECK(asked.calls == "head body end");
  CHECK(asked.status == 200);
  CHECK(asked.framing == http::Framing::kLength);
  CHECK(asked.content_length == 5);
  CHECK(asked.text == "hello");
}

TEST_CASE("HEAD is told the length of the body that it does not get") {
  Asked asked;
  asked.request.head.method = http::Method::kHead;
  asked.begin(give(answer_of(200, "hello"), asked.request, asked));
  CHECK(asked.calls == "head end");
  CHECK(asked.framing == http::Framing::kLength);
  CHECK(asked.content_length == 5);
}

TEST_CASE("an empty body has length 0, and a status without content has no framing") {
  Asked empty;
  empty.begin(give(answer_of(200, ""), empty.request, empty));
  CHECK(empty.calls == "head end");
  CHECK(empty.framing == http::Framing::kLength);
  CHECK(empty.content_length == 0);
  for (unsigned status : {204U, 304U}) {
    Asked asked;
    asked.begin(give(answer_of(status, ""), asked.request, asked));
    CHECK(asked.calls == "head end");
    CHECK(asked.framing == http::Framing::kNone);
  }
}

TEST_CASE("a client that leaves inside the answer hears no more of it") {
  Asked at_head;
  at_head.leaves_at_head = true;
  at_head.begin(give(answer_of(200, "hello"), at_head.request, at_head));
  CHECK(at_head.calls == "head ");
  Asked at_body;
  at_body.leaves_at_body = true;
  at_body.begin(give(answer_of(200, "hello"), at_body.request, at_body));
  CHECK(at_body.calls == "head body ");
}

TEST_CASE("the request's body is dropped, and answered by nothing more") {
  Asked asked;
  asked.begin(give(answer_of(200, "hello"), asked.request, asked));
  CHECK(asked.work->on_body("upload") == http::Flow::kGo);
  asked.work->on_writable();
  asked.work->on_body_end(nullptr);
  CHECK(asked.calls == "head body end");
}

}  // namespace
}  // namespace weir::respond
