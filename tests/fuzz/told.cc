#include "fuzz/told.h"

#include <cstdlib>
#include <memory>

#include "base/arena.h"
#include "http/h1_writer.h"

namespace weir::fuzz {
namespace {

using http::H1Step;

FieldList copy(const http::Fields& fields) {
  FieldList out;
  for (const http::Field& field : fields) {
    out.emplace_back(std::string(field.name), std::string(field.value));
  }
  return out;
}

unsigned minor_of(http::Version version) { return version == http::Version::kHttp10 ? 0 : 1; }

// The pieces that the bytes come in.
std::vector<std::string_view> cut(std::string_view bytes, const Gaps& gaps) {
  std::vector<std::string_view> pieces;
  for (std::size_t i = 0; !gaps.empty() && gaps[i % gaps.size()] < bytes.size(); ++i) {
    pieces.push_back(bytes.substr(0, gaps[i % gaps.size()]));
    bytes.remove_prefix(pieces.back().size());
  }
  pieces.push_back(bytes);
  return pieces;
}

// One connection's parser and what it said.
class Listener {
 public:
  Listener(http::H1Parser& parser, const http::HeadLimits& limits)
      : parser_(parser), limits_(limits) {}
  virtual ~Listener() = default;

  void feed(std::string_view bytes);
  std::vector<Told> finish(bool closed);

 protected:
  virtual void reset() = 0;
  virtual void on_head(Told& to) = 0;
  virtual void on_body(Told& to, base::Bytes piece) = 0;
  // The message is whole; true: another one may follow.
  virtual bool on_end(Told& to) = 0;

  http::H1Parser& parser_;
  const http::HeadLimits& limits_;
  base::Arena arena_;

 private:
  Told& current();
  void take(H1Step step);

  std::vector<Told> told_;
  bool open_ = false;  // the last one told goes on
  bool over_ = false;  // nothing more is read
  std::size_t taken_ = 0;
};

Told& Listener::current() {
  if (!open_) told_.emplace_back();
  open_ = true;
  return told_.back();
}

void Listener::feed(std::string_view bytes) {
  auto copy = std::make_unique<char[]>(bytes.size());
  bytes.copy(copy.get(), bytes.size());
  base::Bytes in(copy.get(), bytes.size());
  while (!over_) {
    std::size_t before = in.size();
    H1Step step = parser_.next(in);
    taken_ += before - in.size();
    if (step == H1Step::kMore) {
      if (!in.empty()) std::abort();
      return;
    }
    take(step);
    if (step == H1Step::kEnd && in.empty()) return;
  }
}

void Listener::take(H1Step step) {
  Told& to = current();
  switch (step) {
    case H1Step::kMore:
      return;
    case H1Step::kHead:
      to.message.head = true;
      to.message.end = taken_;
      on_head(to);
      if (to.interim) {
        to.outcome = Outcome::kWhole;
        open_ = false;
      }
      return;
    case H1Step::kBody:
      if (parser_.piece().empty()) std::abort();
      to.message.body += parser_.piece();
      on_body(to, parser_.piece());
      return;
    case H1Step::kEnd:
      to.outcome = Outcome::kWhole;
      to.message.end = taken_;
      open_ = false;
      over_ = !on_end(to);
      if (!over_) reset();
      return;
    case H1Step::kError:
      to.outcome = Outcome::kRefused;
      to.reason = http::text_of(parser_.failure().reason);
      over_ = true;
      return;
  }
}

std::vector<Told> Listener::finish(bool closed) {
  if (over_) return std::move(told_);
  if (parser_.fresh()) {
    if (parser_.finish() != H1Step::kMore) std::abort();
    return std::move(told_);
  }
  current();
  if (!closed) return std::move(told_);
  H1Step step = parser_.finish();
  if (step != H1Step::kEnd && step != H1Step::kError) std::abort();
  take(step);
  if (step == H1Step::kError) told_.back().outcome = Outcome::kCut;
  return std::move(told_);
}

// What goes to a backend of requests.
class Requests final : public Listener {
 public:
  using Listener::Listener;
  void reset() override {
    arena_.reset();
    parser_.reset_request(arena_, limits_);
  }

 private:
  void on_head(Told& to) override {
    const http::RequestHead& head = parser_.request();
    to.message.method = head.method_text;
    to.message.target = head.target;
    to.message.minor = minor_of(head.version);
    to.message.fields = copy(head.fields);
    to.message.keep_alive = head.keep_alive;
    write_head(head, to);
  }

  // As proxy::RequestSender does.
  void write_head(const http::RequestHead& head, Told& to) {
    http::UpstreamFields extra;
    extra.host = head.authority.empty() ? "backend" : head.authority;
    extra.client = "192.0.2.1";
    extra.scheme = "http";
    extra.request_id = "1";
    extra.expect = head.expect_continue;
    extra.forwarded = true;
    std::size_t bound = http::request_head_bound(head, extra);
    auto memory = std::make_unique<char[]>(bound);
    char* end = http::write_request_head(memory.get(), head, extra);
    to.sent.assign(memory.get(), static_cast<std::size_t>(end - memory.get()));
  }

  void on_body(Told& to, base::Bytes piece) override {
    if (parser_.request().framing != http::Framing::kChunked) {
      to.sent += piece;
      return;
    }
    char line[http::kChunkSizeBound];
    to.sent.append(line, http::write_chunk_size(line, piece.size()));
    to.sent += piece;
    to.sent += http::kChunkEnd;
  }

  bool on_end(Told& to) override {
    const http::Fields* trailers = parser_.trailers();
    if (trailers != nullptr) to.let_go = copy(*trailers);
    if (parser_.request().framing == http::Framing::kChunked) {
      std::size_t bound = http::last_chunk_bound(trailers);
      auto memory = std::make_unique<char[]>(bound);
      to.sent.append(memory.get(), http::write_last_chunk(memory.get(), trailers));
    }
    return to.message.keep_alive;
  }
};

class Answer final : public Listener {
 public:
  Answer(http::H1Parser& parser, const http::HeadLimits& limits, const Asked& asked)
      : Listener(parser, limits), asked_(asked) {}
  void reset() override {
    arena_.reset();
    parser_.reset_response(arena_, limits_, asked_.head ? http::Method::kHead : http::Method::kGet,
                           asked_.upgrade);
  }

 private:
  void on_head(Told& to) override {
    const http::ResponseHead& head = parser_.response();
    to.message.status = head.status;
    to.message.minor = minor_of(head.version);
    to.message.fields = copy(head.fields);
    to.message.keep_alive = head.keep_alive;
    to.interim = http::is_interim(head.status);
  }
  void on_body(Told& /*to*/, base::Bytes /*piece*/) override {}
  bool on_end(Told& to) override {
    if (parser_.trailers() != nullptr) to.let_go = copy(*parser_.trailers());
    return false;
  }

  Asked asked_;
};

}  // namespace

std::vector<Told> tell_requests(http::H1Parser& parser, std::string_view bytes,
                                const http::HeadLimits& limits, const Gaps& gaps) {
  Requests requests(parser, limits);
  requests.reset();
  for (std::string_view piece : cut(bytes, gaps)) requests.feed(piece);
  return requests.finish(true);
}

std::vector<Told> tell_answer(http::H1Parser& parser, std::string_view bytes,
                              const http::HeadLimits& limits, const Asked& asked,
                              const Gaps& gaps) {
  Answer answer(parser, limits, asked);
  answer.reset();
  for (std::string_view piece : cut(bytes, gaps)) answer.feed(piece);
  return answer.finish(asked.closed);
}

}  // namespace weir::fuzz
