#include "respond/fixed_answer.h"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

#include "unit/respond/asked.h"

namespace weir::respond {
namespace {

using Headers = std::vector<std::pair<std::string, std::string>>;

TEST_CASE("the answer is the configured one, to every request") {
  FixedAnswer handler({200, "User-agent: *\n", {{"Content-Type", "text/robots"}, {"X-A", " 1 "}}});
  for (int i = 0; i < 2; ++i) {
    Asked asked;
    asked.ask(handler);
    CHECK(asked.status == 200);
    CHECK(asked.text == "User-agent: *\n");
    CHECK(asked.fields == Headers{{"Content-Type", "text/robots"}, {"X-A", "1"}});
    CHECK(asked.known);
  }
}

TEST_CASE("a body without type is plain text; no body has no type") {
  FixedAnswer body({404, "gone", {}});
  Asked first;
  first.ask(body);
  CHECK(first.status == 404);
  CHECK(first.fields == Headers{{"Content-Type", "text/plain"}});
  FixedAnswer typed({200, "{}", {{"content-type", "application/json"}}});
  Asked second;
  second.ask(typed);
  CHECK(second.fields == Headers{{"content-type", "application/json"}});
  FixedAnswer empty({204, "", {}});
  Asked third;
  third.ask(empty);
  CHECK(third.status == 204);
  CHECK(third.fields.empty());
}

TEST_CASE("a field that the session adds to its head does not stay for the next request") {
  FixedAnswer handler({200, "x", {{"A", "1"}, {"B", "2"}, {"C", "3"}}});
  struct Adding final : http::Responder {
    base::Arena& arena;
    std::size_t before = 0;
    explicit Adding(base::Arena& exchange) : arena(exchange) {}
    void interim(const http::ResponseHead&) override {}
    void head(const http::ResponseHead& given) override {
      http::Fields fields = given.fields;
      before = fields.size();
      fields.add(arena, "Date", "now");
    }
    void upgrade(const http::ResponseHead&) override {}
    void shut_down() override {}
    http::Flow body(base::Bytes) override { return http::Flow::kGo; }
    void end(const http::Fields*) override {}
    void fail(const http::Failure&) override {}
  };
  for (int i = 0; i < 2; ++i) {
    Asked asked;
    Adding session(asked.arena);
    auto work = handler.take(asked.request, session);
    work->begin();
    work->detach();
    CHECK(session.before == 4);
  }
}

TEST_CASE("what cannot be sent is refused at load") {
  struct Row {
    FixedOptions options;
    std::string_view says;
  };
  for (const auto& row : std::vector<Row>{{{199, "", {}}, "200 to 599"},
                                          {{600, "", {}}, "200 to 599"},
                                          {{204, "x", {}}, "has no body"},
                                          {{304, "x", {}}, "has no body"},
                                          {{200, "", {{"", "x"}}}, "not a header name"},
                                          {{200, "", {{"a b", "x"}}}, "not a header name"},
                                          {{200, "", {{"a:", "x"}}}, "not a header name"},
                                          {{200, "", {{"a", "x\r\ny: z"}}}, "control character"},
                                          {{200, "", {{"a", std::string("\0", 1)}}}, "control"},
                                          {{200, "", {{"content-length", "3"}}}, "weir itself"},
                                          {{200, "", {{"Transfer-Encoding", "x"}}}, "weir itself"},
                                          {{200, "", {{"Connection", "close"}}}, "weir itself"},
                                          {{200, "", {{"Upgrade", "h2c"}}}, "weir itself"}}) {
    auto checked = check(row.options);
    REQUIRE_FALSE(checked.ok());
    CHECK_MESSAGE(checked.error().text.find(row.says) != std::string::npos, checked.error().text);
  }
  CHECK(check(FixedOptions{}).ok());
  CHECK(check(FixedOptions{599, "caf\xc3\xa9\n", {{"X-Y", "a\tb \xe9"}}}).ok());
}

}  // namespace
}  // namespace weir::respond
