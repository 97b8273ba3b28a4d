#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "base/arena.h"
#include "base/bytes.h"
#include "http/failure.h"
#include "http/head_limits.h"
#include "http/message.h"

namespace weir::http {

// What H1Parser::next found.
enum class H1Step : std::uint8_t {
  kMore,   // all bytes are used up; feed more
  kHead,   // the head is complete: see request() or response()
  kBody,   // a piece of the body: see piece(), a view into the bytes just given
  kEnd,    // the message is whole: see trailers(); bytes left over belong to the next one
  kError,  // malformed: see failure(); the parser takes no more until reset
};

// Parses HTTP/1.x messages, one at a time (RFC 9112, strictly: what llhttp lets through is refused
// in http/framing). Pulled, not pushing: it calls nobody. A head is looked for by its end first,
// gathered in the arena where it comes in pieces, and parsed once when whole: cost is linear in the
// bytes. Request heads are copied into the arena, so their views live as long as it does; response
// heads are views into the bytes given where they came in one piece, valid as long as those. One
// thread; reusable by reset.
class H1Parser {
 public:
  H1Parser();
  ~H1Parser();
  H1Parser(const H1Parser&) = delete;
  H1Parser& operator=(const H1Parser&) = delete;

  // Starts a new request. `arena` and `limits` must live until the message ended.
  void reset_request(base::Arena& arena, const HeadLimits& limits);
  // Starts a new response to a request of `method`. After a 1xx head other than 101 the parser goes
  // on to the next head by itself: next() gives kHead again, without kEnd between them.
  // `may_switch`: the request asked for another protocol. Then a 101 is the final head, and all
  // bytes behind it are told as its body, up to finish(); else it is malformed.
  void reset_response(base::Arena& arena, const HeadLimits& limits, Method method,
                      bool may_switch = false);

  // Takes bytes off the front of `in` and says what they were. Call it in a loop until kMore,
  // kError or kEnd. Where kMore is returned `in` is empty.
  H1Step next(base::Bytes& in);
  // The connection's end was read: for a response body framed by close this is the message's end
  // (kEnd); where no byte of a message came, kMore; else kError.
  H1Step finish();

  // The parsed head; valid after kHead until reset.
  [[nodiscard]] const RequestHead& request() const;
  [[nodiscard]] const ResponseHead& response() const;
  [[nodiscard]] base::Bytes piece() const;
  // Trailer fields after kEnd; null when there were none.
  [[nodiscard]] const Fields* trailers() const;
  [[nodiscard]] const Failure& failure() const;
  // Not a byte of a message was given since reset (empty lines before a request line do not count).
  [[nodiscard]] bool fresh() const;
  // kHead was returned (for responses: of a final status).
  [[nodiscard]] bool head_done() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace weir::http
