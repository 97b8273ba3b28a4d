#include "backend/answer.h"
#include "backend/endpoints.h"
#include "backend/json_object.h"

namespace weir::backend {
namespace {

constexpr std::string_view kPaths =
    R"(["/healthz","/users/{id}","/orders/{id}","/payments/{id}","/echo","/bytes/{n}",)"
    R"("/delay/{ms}","/status/{code}","/drip","/events","/drain","/upload","/close",)"
    R"("/trailers","/early"])";

class Home final : public http::Handler {
 public:
  explicit Home(const Instance& instance) : instance_(instance) {}

  http::WorkPtr take(http::Request& request, http::Responder& responder) override {
    JsonObject object;
    object.text("instance", instance_.name)
        .text("is", "weir-backend, a service to put behind a proxy")
        .json("paths", kPaths);
    return answer(make_head(200, kJson, instance_, request), object.finish(*request.arena), request,
                  responder);
  }

 private:
  const Instance& instance_;
};

class NotFound final : public http::Handler {
 public:
  explicit NotFound(const Instance& instance) : instance_(instance) {}

  http::WorkPtr take(http::Request& request, http::Responder& responder) override {
    return refuse(404, "there is nothing at this path; GET / tells what is", instance_, request,
                  responder);
  }

 private:
  const Instance& instance_;
};

}  // namespace

HandlerPtr make_home(const Makings& makings) { return std::make_unique<Home>(makings.instance); }

HandlerPtr make_not_found(const Makings& makings) {
  return std::make_unique<NotFound>(makings.instance);
}

std::string_view parameter(const http::Request& request, std::string_view prefix) {
  std::string_view path = request.head.normal_path;
  if (!path.starts_with(prefix)) return {};
  path.remove_prefix(prefix.size());
  return path.find('/') == std::string_view::npos ? path : std::string_view();
}

}  // namespace weir::backend
