#pragma once

#include <deque>
#include <memory>
#include <string>
#include <utility>

#include "cache/coalescer.h"
#include "support/memory/manual_time.h"
#include "unit/cache/stored.h"

namespace weir::cache {

// An origin that the test plays: keeps what it was asked, and answers when it is told to.
class Origin final : public http::Handler {
 public:
  struct Asked final : http::Work {
    Asked(http::Request& the_request, http::Responder& the_responder)
        : request(the_request), responder(the_responder) {}
    void begin() override { begun = true; }
    http::Flow on_body(base::Bytes) override { return http::Flow::kGo; }
    void on_body_end(const http::Fields*) override { whole = true; }
    void on_writable() override { paused = false; }
    void detach() override { detached = true; }
    void dispose() override { disposed = true; }

    // A head of this status and these fields; `length`: of the body, or -1 where none is told.
    void head(unsigned status, const http::Fields& fields = {}, std::int64_t length = -1) {
      http::ResponseHead head;
      head.status = status;
      head.fields = fields;
      head.framing = length < 0 ? http::Framing::kChunked : http::Framing::kLength;
      head.content_length = length < 0 ? 0 : static_cast<std::uint64_t>(length);
      responder.head(head);
    }
    // Nothing, as of a work that was detached.
    void body(std::string_view text) {
      if (detached) return;
      if (responder.body(request.arena->copy(text)) == http::Flow::kPause) paused = true;
    }
    void answer(unsigned status, std::string_view text, const http::Fields& fields = {}) {
      head(status, fields, static_cast<std::int64_t>(text.size()));
      body(text);
      if (!detached) responder.end(nullptr);
    }

    http::Request& request;
    http::Responder& responder;
    bool begun = false;
    bool whole = false;
    bool paused = false;
    bool detached = false;
    bool disposed = false;
  };

  http::WorkPtr take(http::Request& request, http::Responder& responder) override {
    return http::WorkPtr(&all.emplace_back(request, responder));
  }
  Asked& last() { return all.back(); }

  std::deque<Asked> all;
};

// Rules as simple as they can be: 200 is for everybody but where it is private, 304 and failures
// lead back to what is stored.
class PlainRules final : public FillRules {
 public:
  explicit PlainRules(Store& store) : store_(store) {}

  FillVerdict judge(const FillOrder& order, const http::ResponseHead& head) override {
    if (head.status == 304 && order.stale) {
      if (again) return {FillVerdict::Kind::kAgain, false, {}, {}};
      return {FillVerdict::Kind::kInstead, false, {}, order.stale};
    }
    bool shared = head.status == 200 && !response_control(head.fields).is_private;
    Terms terms;
    terms.lifetime = 60;
    return {shared ? FillVerdict::Kind::kShare : FillVerdict::Kind::kPass, by_request, terms, {}};
  }
  EntryRef instead(const FillOrder& order) override { return order.stale; }
  void store(const FillOrder& order, const http::ResponseHead& head, const Terms& terms,
             Blocks body) override {
    std::string names = varying_names(head.fields);
    std::string values = varying_values(order.request.head.fields, names);
    Identity identity{std::string(order.key), std::move(names), std::move(values)};
    auto entry = base::make_shared_ref<const Entry>(
        std::move(identity), head, response_control(head.fields), terms, std::move(body));
    if (store_.insert(entry, order.ticket) == Inserted::kStored) ++stored;
  }
  void count_not_stored(bool outgrown) override { ++(outgrown ? outgrew : cut); }

  bool again = false;
  bool by_request = false;
  int stored = 0;
  int outgrew = 0;
  int cut = 0;

 private:
  Store& store_;
};

// What the workers of a zone share.
struct Zone {
  explicit Zone(const StoreOptions& memory = {}, const FillLimits& limits = {})
      : store(memory), fills(store, limits) {}
  Store store;
  Fills fills;
};

// A client that reads a fill, or would.
class Client final : public FillEvents {
 public:
  Client(Coalescer& worker, const FillRoute& route, const http::Fields& fields = {})
      : worker_(worker), route_(route), reader(*this) {
    request.arena = &arena;
    request.head.method = http::Method::kGet;
    request.head.fields = fields;
    reader.start(request);
  }
  ~Client() { reader.leave(); }

  Coalescer::Joined ask(std::string_view key, EntryRef have = {}) {
    return worker_.join(reader, route_, {request, key, std::move(have), 0});
  }

  void on_fill_interim(const http::ResponseHead& head) override {
    heard += std::to_string(head.status) + " ";
  }
  void on_fill_head(const http::ResponseHead& head, const Terms* terms) override {
    heard += std::to_string(head.status) + (terms == nullptr ? " alone " : " ");
  }
  http::Flow on_fill_body(base::Bytes bytes) override {
    body += bytes;
    return flow;
  }
  void on_fill_end(const http::Fields*) override { heard += "end"; }
  void on_fill_failed(const http::Failure& failure) override {
    heard += "failed " + std::to_string(failure.status);
  }
  void on_fill_entry(const EntryRef& entry, unsigned origin_status) override {
    heard += "entry " + std::to_string(origin_status);
    body = body_of(entry);
  }
  void on_fill_released(Released why) override {
    constexpr std::string_view kTexts[] = {"not shared", "failed", "other variant", "late"};
    heard += "released: " + std::string(kTexts[static_cast<std::size_t>(why)]);
    released = true;
  }

  base::Arena arena;
  http::Request request;
  std::string heard;
  std::string body;
  http::Flow flow = http::Flow::kGo;
  bool released = false;

 private:
  Coalescer& worker_;
  const FillRoute& route_;

 public:
  FillReader reader;
};

// One worker, and a zone, on a clock that the test turns.
struct FillWorld {
  explicit FillWorld(const FillLimits& limits = {}, std::size_t max_object = 1'000'000)
      : zone({std::size_t{64} << 20U, max_object, 0}, limits) {}
  ~FillWorld() {
    clients.clear();
    time.in_turn([this] { worker.close_all(); });
    CHECK(zone.fills.count() == 0);
    CHECK(zone.fills.bytes() == 0);
    for (const auto& one : origin.all) CHECK(one.disposed);
  }

  // A client that asks for `key`, in a turn of its own.
  Client& ask(std::string_view key, const http::Fields& fields = {}, const EntryRef& have = {}) {
    auto& client = clients.emplace_back(std::make_unique<Client>(worker, route, fields));
    time.in_turn([&] { joined = client->ask(key, have); });
    return *client;
  }
  // What the origin says of the last request, in a turn of its own.
  template <class Say>
  void say(Say what) {
    time.in_turn([&] { what(origin.last()); });
  }

  memory::ManualTime time;
  Zone zone;
  Origin origin;
  PlainRules rules{zone.store};
  FillRoute route{zone.fills, rules, origin};
  Coalescer worker{time.turns(), time.wheel(), nullptr};
  std::deque<std::unique_ptr<Client>> clients;
  Coalescer::Joined joined = Coalescer::Joined::kAlone;  // by the last ask()
};

}  // namespace weir::cache
