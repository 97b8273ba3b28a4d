#include "unit/cache/cached_site.h"

#include <doctest/doctest.h>

#include <cstdlib>

#include "base/ascii.h"
#include "http/date.h"
#include "http/host.h"
#include "http/target.h"

namespace weir::cache {
namespace {

Seconds wall = 0;
constexpr std::size_t kWindow = 64 * 1024;

std::string text_of(const http::Fields& fields) {
  std::string text;
  for (const http::Field& field : fields) {
    text += std::string(field.name) + ": " + std::string(field.value) + "\n";
  }
  return text;
}

// Writes down what it is told, and ends the work as a session does.
class Client final : public http::Responder {
 public:
  explicit Client(bool stalls) : stalls_(stalls) {}

  void interim(const http::ResponseHead&) override {}
  void head(const http::ResponseHead& head) override {
    CHECK(got.status == 0);
    got.status = head.status;
    got.fields = text_of(head.fields);
    got.length = head.content_length;
  }
  void upgrade(const http::ResponseHead&) override {}
  void shut_down() override {}
  http::Flow body(base::Bytes bytes) override {
    CHECK_FALSE(over());
    got.body += bytes;
    return stalls_ ? http::Flow::kPause : http::Flow::kGo;
  }
  void end(const http::Fields*) override {
    CHECK_FALSE(over());
    got.ended = true;
    work->detach();
  }
  void fail(const http::Failure& failure) override {
    CHECK_FALSE(over());
    if (got.status == 0) got.status = failure.status;
    got.failed = true;
    work->detach();
  }
  [[nodiscard]] bool over() const { return got.ended || got.failed; }

  Got got;
  http::Work* work = nullptr;

 private:
  bool stalls_;
};

CompiledCache compiled(CacheOptions options) {
  auto plan = CompiledCache::compile(std::move(options));
  REQUIRE_MESSAGE(plan.ok(), plan.error().text);
  return plan.value();
}

}  // namespace

// Answers a request at once, for as long as it is not told to stop.
class CachedSite::Play final : public http::Work {
 public:
  Play(CachedSite& site, http::Request& request, http::Responder& responder)
      : site_(site), request_(request), responder_(responder) {}

  void begin() override {
    ++site_.asked_;
    site_.seen_.fields = text_of(request_.head.fields);
    const Says told = site_.says_to(request_.head.fields);
    if (told.down) return responder_.fail({502, http::Reason::kUpstreamConnect, 0, {}});
    tell_head(told);
    bool bodied = http::may_have_body(told.status, request_.head.method);
    // In pieces, from memory that is kept until the turn ends.
    std::string body = bodied ? told.body.substr(0, told.cut) : std::string();
    for (std::size_t at = 0; at < body.size() && !detached_; at += kPiece) {
      responder_.body(request_.arena->copy(body.substr(at, kPiece)));
    }
    if (detached_) return;
    if (told.cut != std::string::npos)
      return responder_.fail({502, http::Reason::kUpstreamCut, 0, {}});
    responder_.end(nullptr);
  }
  http::Flow on_body(base::Bytes) override {
    CHECK_FALSE(detached_);
    return http::Flow::kGo;
  }
  void on_body_end(const http::Fields*) override { CHECK_FALSE(detached_); }
  void on_writable() override { CHECK_FALSE(detached_); }
  void detach() override { detached_ = true; }
  void dispose() override {
    CHECK(detached_);
    std::unique_ptr<Play> self(this);
  }

 private:
  static constexpr std::size_t kPiece = 1000;

  void tell_head(const Says& told) {
    base::Arena arena;
    http::ResponseHead head;
    head.status = told.status;
    head.forwarded = true;
    bool bodied = http::may_have_body(told.status, http::Method::kGet);
    head.framing = bodied ? told.framing : http::Framing::kNone;
    if (head.framing == http::Framing::kLength) head.content_length = told.body.size();
    for (const auto& [name, value] : told.fields) head.fields.add(arena, name, value);
    responder_.head(head);
  }

  CachedSite& site_;
  http::Request& request_;
  http::Responder& responder_;
  bool detached_ = false;
};

class CachedSite::Origin final : public http::Handler {
 public:
  explicit Origin(CachedSite& site) : site_(site) {}
  http::WorkPtr take(http::Request& request, http::Responder& responder) override {
    return http::WorkPtr(std::make_unique<Play>(site_, request, responder).release());
  }

 private:
  CachedSite& site_;
};

std::string Got::field(std::string_view name) const {
  std::string_view rest = fields;
  while (!rest.empty()) {
    auto line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(line.size() + 1);
    auto colon = line.find(':');
    if (base::equal_nocase(line.substr(0, colon), name)) return std::string(line.substr(colon + 2));
  }
  return "(none)";
}

CachedSite::CachedSite(CacheOptions options, const StoreOptions& memory)
    : store(memory), plan_(compiled(std::move(options))) {
  wall = kStart;
  auto origin = std::make_unique<Origin>(*this);
  handler_ = std::make_unique<CacheHandler>(std::move(origin), plan_, store, stats, time.turns(),
                                            [] { return wall; });
  if (has_fills()) handler_->share(fills, coalescer, nullptr, kWindow);
}

CachedSite::~CachedSite() = default;

bool CachedSite::has_fills() {
  static const bool has = std::getenv("WEIR_CACHE_FILLS") != nullptr;
  return has;
}

void CachedSite::pass_time(Seconds seconds) { wall += seconds; }
Seconds CachedSite::now() const { return wall; }

std::uint64_t CachedSite::count(Result result) const {
  return stats.requests[static_cast<std::size_t>(result)].get();
}
std::uint64_t CachedSite::count(NotStored reason) const {
  return stats.not_stored[static_cast<std::size_t>(reason)].get();
}

const Says& CachedSite::says_to(const http::Fields& request) const {
  if (says_part && request.find(http::Name::kRange) != nullptr) return *says_part;
  bool unconditional = request.find(http::Name::kIfNoneMatch) == nullptr;
  return says_unconditional && unconditional ? *says_unconditional : says;
}

Got CachedSite::ask(http::Method method, std::string_view target, Lines fields,
                    std::string_view body) {
  base::Arena arena;
  http::Request request;
  request.arena = &arena;
  request.peer.scheme = scheme;
  request.peer.trusted = trusted;
  http::RequestHead& head = request.head;
  head.method = method;
  head.method_text = method == http::Method::kOther ? "FROB" : http::text_of(method);
  head.target = target;
  head.authority = authority;
  REQUIRE(http::parse_target(head, arena) == http::Reason::kNone);
  http::Host host;
  REQUIRE(http::parse_host(head.authority, arena, host) == http::Reason::kNone);
  head.host = host.host;
  for (const auto& [name, value] : fields) head.fields.add(arena, name, value);
  if (!body.empty()) {
    head.framing = http::Framing::kLength;
    head.content_length = body.size();
  }
  const std::string before = text_of(head.fields);
  Client client(client_stalls);
  http::WorkPtr work;
  time.in_turn([&] {
    work = handler_->take(request, client);
    client.work = work.get();
    work->begin();
    if (!client.over() && !body.empty()) work->on_body(body);
    if (!client.over()) work->on_body_end(nullptr);
  });
  for (int turns = 0; turns < 100 && client_stalls && !client.over(); ++turns)
    time.in_turn([&] { work->on_writable(); });
  CHECK(client.over());
  CHECK(text_of(head.fields) == before);
  work->detach();
  return client.got;
}

std::string date_at(Seconds after) {
  std::string text(http::kDateSize, ' ');
  http::write_date(text.data(), CachedSite::kStart + after);
  return text;
}

}  // namespace weir::cache
