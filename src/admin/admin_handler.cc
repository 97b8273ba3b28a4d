#include "admin/admin_handler.h"

#include <string>
#include <string_view>
#include <utility>

#include "admin/cache_api.h"
#include "admin/status.h"
#include "admin/status_json.h"
#include "admin/status_page.h"
#include "base/clock.h"

namespace weir::admin {
namespace {

constexpr std::string_view kText = "text/plain; charset=utf-8";
constexpr std::string_view kHtml = "text/html; charset=utf-8";
constexpr std::string_view kJson = "application/json";
constexpr std::string_view kProblem = "application/problem+json";
constexpr std::string_view kMetrics = "text/plain; version=0.0.4; charset=utf-8";

// Kept for reuse: scrapes and probes come one at a time.
constexpr std::size_t kWorksKept = 4;

}  // namespace

// One request of the admin listener. The body it gives lies in a string of its own until it is
// disposed of, which is behind the turn in which the answer was given.
class AdminWork final : public http::Work {
 public:
  void reset(AdminHandler& handler, http::Request& request, http::Responder& responder) {
    handler_ = &handler;
    request_ = &request;
    responder_ = &responder;
  }

  // The session deals with a request body that is not read.
  void begin() override {
    const auto& head = request_->head;
    if (head.normal_path.starts_with(kCachePath)) {
      cache();
    } else if (head.method == http::Method::kGet || head.method == http::Method::kHead) {
      answer(head.normal_path);
    } else {
      fail(405, "method not allowed", "what there is can be read: GET, HEAD");
      add(http::Name::kAllow, "GET, HEAD");
    }
    send();
  }
  http::Flow on_body(base::Bytes) override { return http::Flow::kGo; }
  void on_body_end(const http::Fields*) override {}
  void on_writable() override {}
  void detach() override { responder_ = nullptr; }
  void dispose() override {
    auto& handler = *handler_;
    body_.clear();
    head_ = {};
    request_ = nullptr;
    responder_ = nullptr;
    handler.works_.give_back(std::unique_ptr<AdminWork>(this));
  }

 private:
  void answer(std::string_view path) {
    if (path == "/metrics") {
      body_ = handler_->metrics_.render();
      if (body_.empty()) return text(500, "the metrics could not be put together\n");
      describe(200, kMetrics);
    } else if (path == "/healthz") {
      text(200, "ok\n");
    } else if (path == "/readyz") {
      const auto& state = handler_->state_;
      if (state.draining) return text(503, "draining\n");
      if (!state.ready) return text(503, "starting\n");
      text(200, "ok\n");
    } else if (path == "/") {
      put_status_page(status(), body_);
      describe(200, kHtml);
    } else if (path == "/api/v1/status") {
      body_ = status_json(status());
      describe(200, kJson);
    } else {
      fail(404, "not found",
           "there are /metrics, /healthz, /readyz, /api/v1/status, /api/v1/cache/ZONE and /");
    }
  }
  void cache() {
    auto now = static_cast<cache::Seconds>(base::unix_seconds());
    ApiAnswer answer = answer_cache(handler_->source_, *request_, now);
    body_ = std::move(answer.body);
    describe(answer.status, answer.status < 400 ? kJson : kProblem);
    if (!answer.allow.empty()) add(http::Name::kAllow, answer.allow);
  }
  [[nodiscard]] Status status() const {
    return status_of(handler_->source_, handler_->state_, base::unix_seconds());
  }
  // For programs where they ask the API, for people elsewhere.
  void fail(unsigned status, const char* title, const char* detail) {
    if (request_->head.normal_path.starts_with("/api/")) {
      body_ = problem_json(status, title, detail);
      return describe(status, kProblem);
    }
    text(status, std::string(title) + "; " + detail + "\n");
  }
  void text(unsigned status, std::string_view body) {
    body_ = body;
    describe(status, kText);
  }
  void describe(unsigned status, std::string_view type) {
    head_.status = status;
    head_.framing = http::Framing::kLength;
    head_.content_length = body_.size();
    add(http::Name::kContentType, type);
    add(http::Name::kCacheControl, "no-store");
  }
  void add(http::Name id, std::string_view value) {
    head_.fields.add(*request_->arena, {text_of(id), value, id});
  }
  // The responder may let go of the work in each call.
  void send() {
    responder_->head(head_);
    if (responder_ == nullptr) return;
    if (http::may_have_body(head_.status, request_->head.method)) {
      responder_->body(body_);
      if (responder_ == nullptr) return;
    }
    responder_->end(nullptr);
  }

  AdminHandler* handler_ = nullptr;
  http::Request* request_ = nullptr;
  http::Responder* responder_ = nullptr;  // null once detached
  http::ResponseHead head_;
  std::string body_;
};

AdminHandler::AdminHandler(const observe::MetricsSource& source, const State& state)
    : source_(source), state_(state), metrics_(source), works_(kWorksKept) {}

AdminHandler::~AdminHandler() = default;

http::WorkPtr AdminHandler::take(http::Request& request, http::Responder& responder) {
  auto work = works_.take();
  work->reset(*this, request, responder);
  return http::WorkPtr(work.release());
}

}  // namespace weir::admin
