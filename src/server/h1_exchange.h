#pragma once

#include <cstdint>
#include <memory>

#include "base/arena.h"
#include "base/retire.h"
#include "http/h1_parser.h"
#include "http/h1_writer.h"
#include "http/handler.h"
#include "net/wheel.h"
#include "server/service.h"
#include "server/write_watch.h"

namespace weir::server {

class H1Session;

// One request on an HTTP/1.1 session and its answer: parses the request, finds its route, has the
// handler answer, and puts the answer on the wire. Comes from the worker's free list at the
// request's first byte and goes back when the exchange is over; the session owns it meanwhile. One
// thread.
class H1Exchange final : public http::Responder,
                         public http::BodySource,
                         public net::DeadlineEvents,
                         public base::Retirable {
 public:
  // How far the request was read.
  enum class Upload : std::uint8_t {
    kHead,     // its head is not complete
    kBody,     // the body is coming
    kRaw,      // it became a tunnel: bytes are passed on until FIN
    kWhole,    // read to its end
    kStopped,  // what is left of it is not wanted: the connection cannot carry another request
  };
  // How far the answer went.
  enum class Answer : std::uint8_t {
    kNone,   // nothing but 1xx
    kBegun,  // the head was written
    kWhole,
    kCut,  // it will never be whole: the connection must show that
  };

  explicit H1Exchange(Service& service);

  // Takes up a new request on the session.
  void open(H1Session& session, base::Stamp now);
  // Takes bytes off the connection; returns those behind the end of the request.
  base::Bytes read(base::Bytes in);
  // Of a tunnel: the client sends nothing more (FIN).
  void end_input();
  // The client cannot send more, or is gone, or was too slow: ends the exchange. For a timeout an
  // answer is sent where none has begun.
  void abandon(http::Reason reason);
  void time_out(http::Phase phase);
  // The stream takes bytes again.
  void on_writable();
  // Cuts the work off and puts the exchange on the retire list, which gives it back to the free
  // list. `owner` is this.
  static void retire(std::unique_ptr<H1Exchange> owner);

  [[nodiscard]] Upload upload() const { return upload_; }
  [[nodiscard]] Answer answer() const { return answer_; }
  // Answered whole, or cut: nothing more will be written.
  [[nodiscard]] bool answered() const { return answer_ >= Answer::kWhole; }
  // It is a tunnel, and lives.
  [[nodiscard]] bool is_tunnel() const { return is_tunnel_; }
  // Not a byte of the request was read.
  [[nodiscard]] bool fresh() const { return parser_.fresh(); }
  // The connection may carry another request, as far as request and answer say.
  [[nodiscard]] bool keeps_alive() const { return keep_alive_; }
  // The cut must be a reset: the answer's framing would take a FIN for its end.
  [[nodiscard]] bool cut_by_reset() const { return framing_ == http::Framing::kUntilClose; }
  [[nodiscard]] const http::Record& record() const { return request_.record; }

  void interim(const http::ResponseHead& head) override;
  void head(const http::ResponseHead& head) override;
  void upgrade(const http::ResponseHead& head) override;
  void shut_down() override;
  http::Flow body(base::Bytes bytes) override;
  void end(const http::Fields* trailers) override;
  void fail(const http::Failure& failure) override;
  void resume_body() override;
  void on_deadline(net::Deadline& deadline) override;
  void dispose() override;

 private:
  void pin_options();
  void take_head();
  void on_head(std::size_t behind);
  void on_malformed();
  void pass_raw(base::Bytes in);
  [[nodiscard]] bool is_misdirected() const;
  void route();
  void fail_without_route();
  const RouteTarget& branch_of(const RouteTarget& route);
  bool wish_upgrade();
  bool goes_on();
  void answer_last_hop();
  void start_work(const RouteTarget& target);
  void redirect_to_slash();
  void on_body_piece(base::Bytes piece);
  void on_request_end();
  void refuse(const http::Failure& failure);
  base::Bytes error_body(http::ResponseHead& answer);
  [[nodiscard]] bool tells_proxy_status() const;
  [[nodiscard]] bool is_intercepted(const http::ResponseHead& head) const;
  void replace(const http::ResponseHead& theirs);
  void head_and_body(const http::ResponseHead& answer, base::Bytes page);
  void choose_framing(const http::ResponseHead& head);
  void keep_sticky(http::DownstreamFields& extra);
  void write_head(const http::ResponseHead& head);
  void write_head_text(const http::ResponseHead& head, const http::DownstreamFields& extra);
  void write(base::Bytes bytes);
  void write_scratch(base::Bytes bytes);
  void watch_write();
  void cut(http::Reason reason);
  void finish();
  void tell_log();

  Service& service_;
  H1Session* session_ = nullptr;             // null: retired
  base::Ref<const ServiceOptions> options_;  // what it was begun with; null: not in use
  const RouteTarget* target_ = nullptr;
  http::WorkPtr work_;
  base::Arena arena_{4096};
  http::Request request_;
  http::H1Parser parser_;
  net::Deadline write_deadline_;
  WriteWatch write_watch_;
  std::string_view set_cookie_;  // of the split that chose the target; empty: none
  std::uint64_t body_in_ = 0;    // request body bytes so far
  std::uint64_t body_left_ = 0;  // answer body bytes that Content-Length still promises
  Upload upload_ = Upload::kHead;
  Answer answer_ = Answer::kNone;
  http::Framing framing_ = http::Framing::kNone;  // of the answer on the wire
  bool keep_alive_ = true;
  bool body_here_ = false;  // the rest of the request lies in the bytes just read
  bool counted_in_flight_ = false;
  bool is_tunnel_ = false;
};

}  // namespace weir::server
