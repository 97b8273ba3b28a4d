#include "stage.h"

#include <doctest/doctest.h>

#include "http/h1_parser.h"

namespace weir::proxy {

Stage::Stage(std::size_t backends) {
  options.name = "pool";
  for (std::size_t i = 0; i < backends; ++i) options.endpoints.emplace_back();
}

Stage::~Stage() {
  // No lease outlives the clients, and no deadline fires once they are gone.
  CHECK(in_flight() == 0);
  network.run();
  handler.reset();
  pool.reset();
}

void Stage::build() {
  endpoints.clear();
  observed = base::make_shared_ref<upstream::ObservedPool>(options.name, 1U);
  std::vector<upstream::Member> members;
  for (std::size_t i = 0; i < options.endpoints.size(); ++i) {
    const upstream::EndpointOptions& one = options.endpoints[i];
    endpoints.push_back(base::make_shared_ref<upstream::Endpoint>(
        observed, memory::memory_address(port(i)), "127.0.0.1:" + std::to_string(port(i))));
    members.push_back({endpoints.back(), one.weight, one.max_conns, one.backup, one.down});
  }
  auto set = base::make_shared_ref<const upstream::EndpointSet>(std::move(members));
  pool = std::make_unique<upstream::Pool>(observed, 0, options, std::move(set), connections,
                                          time.now());
  handler = std::make_unique<ProxyHandler>(*pool, options, proxy_options, time.turns(),
                                           time.wheel(), http::HeadLimits());
}

memory::MemoryPeer& Stage::backend(std::size_t number, std::size_t index) {
  REQUIRE(connects(number) > index);
  return connector.peer(port(number), index);
}

std::size_t Stage::connects(std::size_t number) const { return connector.connects(port(number)); }

void Stage::answer(memory::MemoryPeer& peer, base::Bytes bytes) {
  peer.send(bytes);
  network.run();
}

memory::MemoryPeer& Stage::warm_up() {
  Client client(*this, "GET /first HTTP/1.1\r\nHost: a\r\n");
  memory::MemoryPeer& peer = backend();
  answer(peer, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  REQUIRE(client.told() == "head 200; end");
  REQUIRE(idle() == 1);
  peer.take();
  return peer;
}

std::uint64_t Stage::failures(upstream::FailureKind kind) const {
  return observed->stats(0).failures[static_cast<std::size_t>(kind)].get();
}

std::uint64_t Stage::retries(upstream::FailureKind kind) const {
  return observed->stats(0).retries[static_cast<std::size_t>(kind)].get();
}

std::uint64_t Stage::in_flight() const {
  std::uint64_t sum = 0;
  for (const auto& one : endpoints) sum += one->stats(0).in_flight.get();
  return sum;
}

Client::Client(Stage& stage, const std::string& head, bool begin_now) : stage_(stage) {
  if (stage_.handler == nullptr) stage_.build();
  http::H1Parser parser;
  http::HeadLimits limits;
  parser.reset_request(arena_, limits);
  std::string text = head + "\r\n";
  base::Bytes rest = text;
  REQUIRE(parser.next(rest) == http::H1Step::kHead);
  request_.head = parser.request();
  request_.peer.address = "192.0.2.1";
  request_.client = request_.peer.address;
  request_.id = "0123456789abcdef0123456789abcdef";
  request_.arena = &arena_;
  request_.body = this;
  if (begin_now) begin();
}

Client::~Client() { leave(); }

void Client::begin(bool run) {
  stage_.time.in_turn([this] {
    work_ = stage_.handler->take(request_, *this);
    work_->begin();
    bool body =
        request_.head.framing == http::Framing::kChunked || request_.head.content_length > 0;
    if (!body && !left_) work_->on_body_end(nullptr);
  });
  if (run) stage_.network.run();
}

http::Flow Client::send(base::Bytes bytes, bool run) {
  http::Flow said = http::Flow::kGo;
  sent_ += bytes.size();
  stage_.time.in_turn([&] {
    // As the session's read buffer, it is gone when the turn is over.
    std::string copy(bytes);
    net::Turns::Scope scope(stage_.time.turns());
    said = work_->on_body(stage_.time.turns().scratch().copy(copy));
  });
  if (run) stage_.network.run();
  return said;
}

void Client::finish(std::vector<std::pair<std::string, std::string>> trailers) {
  finished_ = true;
  http::Fields* fields = trailers.empty() ? nullptr : arena_.make<http::Fields>();
  for (const auto& [name, value] : trailers) {
    fields->add(arena_, arena_.copy(name), arena_.copy(value));
  }
  stage_.time.in_turn([&] { work_->on_body_end(fields); });
  stage_.network.run();
}

void Client::writable() {
  stage_.time.in_turn([this] { work_->on_writable(); });
  stage_.network.run();
}

void Client::leave() {
  if (work_ == nullptr) return;
  stage_.time.in_turn([this] { work_->detach(); });
  stage_.network.run();
  work_.reset();
}

std::string Client::told() const {
  std::string all;
  for (const auto& one : heard_) all += (all.empty() ? "" : "; ") + one;
  return all;
}

void Client::hear(const std::string& what, const std::string& detail) {
  CHECK(!left_);
  CHECK(!over_);
  over_ = what == "end" || what == "fail";
  if (what == "body" && !heard_.empty() && heard_.back().starts_with("body ")) {
    heard_.back() += detail;
  } else {
    heard_.push_back(detail.empty() ? what : what + " " + detail);
  }
  if (what != leave_at) return;
  left_ = over_ = true;
  work_->detach();
}

void Client::interim(const http::ResponseHead& head) {
  hear("interim", std::to_string(head.status));
}

void Client::head(const http::ResponseHead& head) {
  location_ = head.fields.value(http::Name::kLocation);
  hear("head", std::to_string(head.status));
}

void Client::upgrade(const http::ResponseHead& head) {
  hear("upgrade", std::to_string(head.status));
}

void Client::shut_down() { hear("shut_down", ""); }

http::Flow Client::body(base::Bytes bytes) {
  hear("body", std::string(bytes));
  return flow;
}

void Client::end(const http::Fields* trailers) {
  std::string text;
  if (trailers != nullptr) {
    for (const auto& field : *trailers) {
      text += std::string(field.name) + "=" + std::string(field.value);
    }
  }
  hear("end", text);
}

void Client::fail(const http::Failure& failure) {
  hear("fail", std::to_string(failure.status) + " " + std::string(text_of(failure.reason)));
}

}  // namespace weir::proxy
