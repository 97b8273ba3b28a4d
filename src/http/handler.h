#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "base/arena.h"
#include "base/bytes.h"
#include "base/clock.h"
#include "http/failure.h"
#include "http/flow.h"
#include "http/message.h"
#include "http/record.h"

namespace weir::http {

// Who the client is, for the length of its connection.
struct Peer {
  std::string_view address;  // textual IP without brackets, or "unix:"; IPv4-mapped ones as IPv4
  std::uint16_t port = 0;
  bool trusted = false;  // in trusted_proxies: its X-Forwarded-* are believed
  std::string_view scheme = "http";
};

// Where the request's body comes from: the session.
class BodySource {
 public:
  // Body bytes may come again, after Work::on_body said kPause. No byte comes inside the call.
  virtual void resume_body() = 0;

 protected:
  ~BodySource() = default;
};

// A request being answered: owned by the session, alive until the work was disposed of. One thread.
struct Request {
  RequestHead head;
  Peer peer;
  std::string_view
      client;  // the client's address: peer's, or the rightmost untrusted one of X-Forwarded-For
  std::size_t listener = 0;  // where it came in: the listener's index in the configuration
  std::string_view id;       // X-Request-ID: 32 hex digits, or what a trusted peer sent
  // The protocol that the client asks for in place of HTTP and its route allows; empty: none. Only
  // then may Responder::upgrade be called.
  std::string_view upgrade;
  std::string_view server_address;  // that the client connected to; known only at the exchange's
  std::uint16_t server_port = 0;    // end, and only where a log asks for it
  base::Arena* arena = nullptr;     // of this exchange
  BodySource* body = nullptr;
  Record record;
};

// The answer side of an exchange. A session implements it; a wrapper (cache, compress) may stand in
// front. Order of calls: interim*, head, body*, end; of a tunnel interim*, upgrade, body*,
// shut_down at most once, end; or fail in place of the rest at any point. Nothing is called after
// end or fail. Bytes given are read before the current turn of the loop ends, so views into the
// read buffer are fine.
class Responder {
 public:
  // A 1xx other than 101, before head; not sent to an HTTP/1.0 client.
  virtual void interim(const ResponseHead& head) = 0;
  // The final head. Framing says what is known of the length; the session chooses how to put it on
  // the wire, and leaves out a body that this status or method cannot have.
  virtual void head(const ResponseHead& head) = 0;
  // The answer to a whole request is this 101: from here on bytes pass both ways as they are, those
  // of the client by Work::on_body, its FIN by Work::on_body_end (though that was called for the
  // request already). What the client sent behind its request comes later, not inside this call.
  virtual void upgrade(const ResponseHead& head) = 0;
  // Of a tunnel: no more bytes come from the other side (FIN), those of the client still go there.
  virtual void shut_down() = 0;
  // kPause: the client does not keep up; go on at Work::on_writable. Bytes given all the same are
  // taken.
  virtual Flow body(base::Bytes bytes) = 0;
  // The answer is whole; of a tunnel: both sides have ended, and what the client sent has left.
  // `trailers`: null for none; dropped where the framing cannot carry them.
  virtual void end(const Fields* trailers) = 0;
  // The answer will not come, or not whole: an error reply where nothing was sent yet, else a
  // visible cut.
  virtual void fail(const Failure& failure) = 0;

 protected:
  ~Responder() = default;
};

// One request being answered by a handler. Calls go from the session to the work and back only from
// begin() on.
class Work {
 public:
  // Starts; the responder may be called from here on, also inside this call.
  virtual void begin() = 0;
  // Request body bytes, valid during the call. kPause: no more until Request::body->resume_body().
  virtual Flow on_body(base::Bytes bytes) = 0;
  // The request is whole. `trailers`: null for none; valid as long as the arena. Called once, also
  // when the request has no body; once more at the end of what comes behind Responder::upgrade.
  virtual void on_body_end(const Fields* trailers) = 0;
  // The responder takes bytes again.
  virtual void on_writable() = 0;
  // Abandons what is not finished: leases given back or discarded, deadlines cancelled. It calls
  // nobody from here on, and nothing calls it but dispose(). Idempotent; legal inside any of its
  // calls to the responder.
  virtual void detach() = 0;
  // Gives the object back to where it came from. Only with no method of it on the stack, after
  // detach().
  virtual void dispose() = 0;

 protected:
  ~Work() = default;
};

// Owns a Work; it must have been detached, and no method of it be on the stack, when this dies.
struct DisposeWork {
  void operator()(Work* work) const { work->dispose(); }
};
using WorkPtr = std::unique_ptr<Work, DisposeWork>;

// Answers exchanges: proxy, fixed answers, admin, later cache and files. One per worker and route;
// one thread.
class Handler {
 public:
  virtual ~Handler() = default;
  // Takes up a request and does nothing yet; whoever keeps the work then calls begin(). Request and
  // responder live until the work is disposed of.
  virtual WorkPtr take(Request& request, Responder& responder) = 0;
  // Lets go of memory that lies about for reuse: a burst is over. In a turn of its own.
  virtual void ease() {}
};

}  // namespace weir::http
