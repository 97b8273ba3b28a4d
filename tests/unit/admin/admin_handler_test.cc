#include "admin/admin_handler.h"

#include <doctest/doctest.h>

#include <string>

namespace weir::admin {
namespace {

// Writes down the answer; lets go of the work at a step of it where told to, as a session whose
// client leaves does.
class Recorder final : public http::Responder {
 public:
  void interim(const http::ResponseHead&) override { FAIL("no interim answer is expected"); }
  void head(const http::ResponseHead& head) override {
    ++heads;
    status = head.status;
    length = head.content_length;
    CHECK(head.framing == http::Framing::kLength);
    type = head.fields.value(http::Name::kContentType);
    allow = head.fields.value(http::Name::kAllow);
    if (leave_at == 1) work->detach();
  }
  http::Flow body(base::Bytes bytes) override {
    CHECK(ends == 0);
    text += bytes;
    views = bytes;
    if (leave_at == 2) work->detach();
    return http::Flow::kPause;
  }
  void upgrade(const http::ResponseHead&) override { FAIL("no tunnel is expected"); }
  void shut_down() override { FAIL("no tunnel is expected"); }
  void end(const http::Fields* trailers) override {
    CHECK(trailers == nullptr);
    ++ends;
  }
  void fail(const http::Failure&) override { FAIL("no failure is expected"); }

  http::Work* work = nullptr;
  int leave_at = 0;
  int heads = 0;
  int ends = 0;
  unsigned status = 0;
  std::uint64_t length = 0;
  std::string type;
  std::string allow;
  std::string text;
  base::Bytes views;  // what was given, as it is in its own place
};

struct Admin {
  Admin() {
    source.version = "0.1.0";
    source.clock = [] { return base::Stamp{1}; };
  }
  Recorder ask(std::string_view path, http::Method method = http::Method::kGet, int leave_at = 0) {
    request.arena = &arena;
    request.head.method = method;
    request.head.normal_path = path;
    Recorder recorder;
    recorder.leave_at = leave_at;
    auto work = handler.take(request, recorder);
    CHECK(recorder.heads == 0);
    recorder.work = work.get();
    work->begin();
    // What was given is still there when the turn ends, before the work is disposed of.
    CHECK((leave_at != 0 || recorder.views == recorder.text));
    work->detach();
    return recorder;
  }

  base::Arena arena;
  http::Request request;
  observe::MetricsSource source;
  State state;
  AdminHandler handler{source, state};
};

}  // namespace

TEST_CASE("metrics are given in Prometheus' text format") {
  Admin admin;
  auto answer = admin.ask("/metrics");
  CHECK(answer.status == 200);
  CHECK(answer.type == "text/plain; version=0.0.4; charset=utf-8");
  CHECK(answer.length == answer.text.size());
  CHECK(answer.text.find("\nweir_build_info{version=\"0.1.0\"} 1\n") != std::string::npos);
  CHECK(answer.ends == 1);
}

TEST_CASE("the process is healthy as long as it answers") {
  Admin admin;
  for (bool draining : {false, true}) {
    admin.state.draining = draining;
    auto answer = admin.ask("/healthz");
    CHECK(answer.status == 200);
    CHECK(answer.text == "ok\n");
  }
}

TEST_CASE("it is ready when it takes traffic, not before and not while it drains") {
  Admin admin;
  auto answer = admin.ask("/readyz");
  CHECK(answer.status == 503);
  CHECK(answer.text == "starting\n");
  admin.state.ready = true;
  answer = admin.ask("/readyz");
  CHECK(answer.status == 200);
  CHECK(answer.text == "ok\n");
  admin.state.draining = true;
  answer = admin.ask("/readyz");
  CHECK(answer.status == 503);
  CHECK(answer.text == "draining\n");
}

TEST_CASE("the status is given as JSON") {
  Admin admin;
  auto answer = admin.ask("/api/v1/status");
  CHECK(answer.status == 200);
  CHECK(answer.type == "application/json");
  CHECK(answer.text.starts_with("{\"version\":\"0.1.0\",\"state\":\"starting\","));
}

TEST_CASE("an error below /api/ is told with problem details") {
  Admin admin;
  auto answer = admin.ask("/api/v1/nothing");
  CHECK(answer.status == 404);
  CHECK(answer.type == "application/problem+json");
  CHECK(answer.text.starts_with("{\"title\":\"not found\",\"status\":404,"));
  answer = admin.ask("/api/v1/status", http::Method::kPost);
  CHECK(answer.status == 405);
  CHECK(answer.type == "application/problem+json");
  CHECK(answer.allow == "GET, HEAD");
}

TEST_CASE("the status page links the others") {
  Admin admin;
  auto answer = admin.ask("/");
  CHECK(answer.status == 200);
  CHECK(answer.type == "text/html; charset=utf-8");
  for (std::string link : {"/metrics", "/healthz", "/readyz", "/api/v1/status"}) {
    CHECK(answer.text.find("href=\"" + link + "\"") != std::string::npos);
  }
}

TEST_CASE("HEAD tells the length and gives no body") {
  Admin admin;
  auto answer = admin.ask("/healthz", http::Method::kHead);
  CHECK(answer.status == 200);
  CHECK(answer.length == 3);
  CHECK(answer.text.empty());
  CHECK(answer.ends == 1);
}

TEST_CASE("other paths are 404, other methods 405 with what is allowed") {
  Admin admin;
  CHECK(admin.ask("/metrics/").status == 404);
  CHECK(admin.ask("/healthzz").status == 404);
  CHECK(admin.ask("*").status == 404);
  auto answer = admin.ask("/metrics", http::Method::kPost);
  CHECK(answer.status == 405);
  CHECK(answer.allow == "GET, HEAD");
  CHECK(admin.ask("/healthz").allow.empty());
}

TEST_CASE("nothing more is said once the session let go") {
  Admin admin;
  auto answer = admin.ask("/healthz", http::Method::kGet, 1);
  CHECK(answer.heads == 1);
  CHECK(answer.text.empty());
  CHECK(answer.ends == 0);
  answer = admin.ask("/healthz", http::Method::kGet, 2);
  CHECK(answer.text == "ok\n");
  CHECK(answer.ends == 0);
}

TEST_CASE("works that run at once do not share an answer") {
  Admin admin;
  admin.request.arena = &admin.arena;
  admin.request.head.method = http::Method::kGet;
  admin.request.head.normal_path = "/healthz";
  http::Request other = admin.request;
  other.head.normal_path = "/readyz";
  Recorder first;
  Recorder second;
  auto one = admin.handler.take(admin.request, first);
  auto two = admin.handler.take(other, second);
  one->begin();
  two->begin();
  CHECK(first.views == "ok\n");
  CHECK(second.views == "starting\n");
  CHECK(one->on_body("bytes") == http::Flow::kGo);
  one->on_body_end(nullptr);
  one->on_writable();
  one->detach();
  one->detach();
  two->detach();
  CHECK(first.ends == 1);
}

}  // namespace weir::admin
