#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "backend/routes.h"
#include "http/handler.h"
#include "support/memory/manual_time.h"

namespace weir::backend {

// A weir-backend without sockets: its routes, and time that the test turns.
struct Place {
  Instance instance;
  memory::ManualTime time;
  Routes routes{{instance, time.turns(), time.wheel()}, UINT64_MAX};

  Place() { instance.name = "a"; }
};

// One request being answered, as a session would have it, and what the client would see of it. Like
// a session it disposes of the work at the end of the turn in which the answer ended.
class Asked final : http::Responder, http::BodySource, base::Retirable {
 public:
  Asked(Place& place, std::string_view method, std::string_view target);
  ~Asked();

  // May be changed before begin().
  http::Request request;
  base::Arena arena;

  // Each in a turn of its own.
  void begin();
  http::Flow give(base::Bytes bytes);
  void end_body(const http::Fields* trailers = nullptr);
  void writable();
  // The client leaves.
  void leave();
  // begin() and end_body().
  Asked& ask();

  // From so many body bytes on the client does not keep up.
  std::uint64_t pause_at = UINT64_MAX;
  // The session detaches the work inside the answer's head.
  bool leave_at_head = false;
  // Body bytes are counted and not kept.
  bool count_only = false;

  std::vector<unsigned> interims;
  unsigned status = 0;  // 0: no head came
  http::Framing framing = http::Framing::kNone;
  std::uint64_t content_length = 0;
  std::vector<std::pair<std::string, std::string>> fields;
  std::string text;               // of the body
  std::uint64_t size = 0;         // of the body, in bytes
  std::vector<base::Stamp> came;  // when each piece of the body came
  std::vector<std::pair<std::string, std::string>> trailers;
  bool ended = false;
  bool failed = false;
  int resumed = 0;

  // The value of a field of the answer; empty: none.
  [[nodiscard]] std::string field(std::string_view name) const;
  [[nodiscard]] bool over() const { return ended || failed; }

 private:
  void resume_body() override { ++resumed; }
  void interim(const http::ResponseHead& head) override { interims.push_back(head.status); }
  void head(const http::ResponseHead& head) override;
  void upgrade(const http::ResponseHead&) override { failed = true; }
  void shut_down() override { failed = true; }
  http::Flow body(base::Bytes bytes) override;
  void end(const http::Fields* fields) override;
  void fail(const http::Failure& failure) override;
  void dispose() override { work_.reset(); }
  void answered();

  Place& place_;
  http::WorkPtr work_;
};

}  // namespace weir::backend
