#include "unit/backend/asked.h"

#include <doctest/doctest.h>

namespace weir::backend {
namespace {

auto copy_of(const http::Fields& fields) {
  std::vector<std::pair<std::string, std::string>> copy;
  for (const http::Field& field : fields) copy.emplace_back(field.name, field.value);
  return copy;
}

}  // namespace

Asked::Asked(Place& place, std::string_view method, std::string_view target) : place_(place) {
  request.head.method_text = method;
  request.head.method = http::method_of(method);
  request.head.target = target;
  auto question = target.find('?');
  request.head.path = request.head.normal_path = target.substr(0, question);
  request.head.has_query = question != std::string_view::npos;
  if (request.head.has_query) request.head.query = target.substr(question + 1);
  request.arena = &arena;
  request.body = this;
}

Asked::~Asked() { leave(); }

void Asked::begin() {
  place_.time.in_turn([&] {
    work_ = place_.routes.handler_of(request).take(request, *this);
    work_->begin();
  });
}

http::Flow Asked::give(base::Bytes bytes) {
  http::Flow flow = http::Flow::kGo;
  place_.time.in_turn([&] { flow = work_->on_body(bytes); });
  return flow;
}

void Asked::end_body(const http::Fields* with) {
  if (work_ == nullptr) return;
  place_.time.in_turn([&] { work_->on_body_end(with); });
}

void Asked::writable() {
  pause_at = UINT64_MAX;
  place_.time.in_turn([&] { work_->on_writable(); });
}

void Asked::leave() {
  if (work_ == nullptr) return;
  place_.time.in_turn([&] {
    work_->detach();
    place_.time.turns().retired().add(*this);
  });
}

Asked& Asked::ask() {
  begin();
  end_body();
  return *this;
}

std::string Asked::field(std::string_view name) const {
  for (const auto& [key, value] : fields) {
    if (key == name) return value;
  }
  return {};
}

void Asked::head(const http::ResponseHead& head) {
  CHECK(status == 0);
  CHECK_FALSE(over());
  status = head.status;
  framing = head.framing;
  content_length = head.content_length;
  fields = copy_of(head.fields);
  if (leave_at_head) work_->detach();
}

http::Flow Asked::body(base::Bytes bytes) {
  CHECK(status != 0);
  CHECK_FALSE(over());
  CHECK_FALSE(bytes.empty());
  size += bytes.size();
  if (!count_only) {
    text += bytes;
    came.push_back(place_.time.now());
  }
  return size >= pause_at ? http::Flow::kPause : http::Flow::kGo;
}

void Asked::end(const http::Fields* with) {
  CHECK(status != 0);
  CHECK_FALSE(over());
  if (framing == http::Framing::kLength && request.head.method != http::Method::kHead) {
    CHECK(size == content_length);
  }
  ended = true;
  if (with != nullptr) trailers = copy_of(*with);
  answered();
}

void Asked::fail(const http::Failure&) {
  CHECK_FALSE(over());
  failed = true;
  answered();
}

void Asked::answered() {
  work_->detach();
  place_.time.turns().retired().add(*this);
}

}  // namespace weir::backend
