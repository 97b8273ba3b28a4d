#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "cache/admission.h"
#include "cache/store.h"
#include "http/handler.h"

namespace weir::cache {

// Takes an answer down as it passes, and stores it when it is whole. Tells nobody anything: who
// passes the answer on asks it. One answer at a time; used again with its memory. One thread.
class Intake {
 public:
  // Before the origin is asked at `now`: what is purged from here on is not stored. `key` and
  // `request` live until finish() or drop(), the request with the client's own fields whenever
  // head() or finish() is called.
  void open(const CompiledCache& plan, Store& store, std::string_view key,
            const http::Request& request, Seconds now);
  // The head of the answer, which came at `now`; copies what it needs. kStored: it is taken down.
  NotStored head(const RequestControl& asked, const http::ResponseHead& response, Seconds now);
  // By what head() judged, also where it is not stored.
  [[nodiscard]] const Terms& terms() const { return terms_; }
  [[nodiscard]] bool on() const { return on_; }
  // Of no effect while it is not on, as are those below.
  void body(base::Bytes bytes);
  // The answer is whole: kStored, or why it is not.
  NotStored finish();
  // It will not be whole, or is not wanted.
  void drop();

  // When the origin was asked, and the ticket for that.
  [[nodiscard]] Seconds asked_at() const { return asked_at_; }
  [[nodiscard]] std::uint64_t ticket() const { return ticket_; }

 private:
  // Bodies are kept in blocks of this size, so that they take few writes.
  static constexpr std::size_t kBlock = 64 * 1024;

  void cut_block();

  const CompiledCache* plan_ = nullptr;
  Store* store_ = nullptr;
  const http::Request* request_ = nullptr;
  std::string_view key_;
  http::ResponseHead head_;  // a copy, in the exchange's arena
  Terms terms_;
  Blocks blocks_;
  std::string pending_;  // of the body, less than a block
  std::uint64_t size_ = 0;
  std::uint64_t ticket_ = 0;
  Seconds asked_at_ = 0;
  NotStored spoilt_ = NotStored::kStored;  // why it is not taken down any more
  bool on_ = false;
};

}  // namespace weir::cache
