#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.h"

namespace weir::sim {

// A message as one end of a connection has read it.
struct WireMessage {
  std::string start;  // its first line
  std::vector<std::pair<std::string, std::string>> fields;
  std::string body;       // without chunk frames
  unsigned status = 0;    // of an answer
  bool to_close = false;  // its body is what comes until FIN

  // The value of the field of this name, in any case; empty where there is none.
  [[nodiscard]] std::string field(std::string_view name) const;
};

// Reads the messages that come on a connection, by RFC 9112 and without any tolerance: weir sends
// to both sides, and owes them what cannot be misread. Shares nothing with weir's own parser.
class WireReader {
 public:
  enum class Reads : std::uint8_t { kRequests, kAnswers };
  enum class Step : std::uint8_t {
    kMore,    // wants bytes
    kHead,    // the head is there
    kEnd,     // the message is whole
    kBroken,  // no message; nothing more is read
  };

  explicit WireReader(Reads reads) : reads_(reads) {}

  void add(base::Bytes bytes) { rest_.append(bytes); }
  // `to_head`: an answer whose head comes now is to a HEAD.
  Step next(bool to_head = false);
  // FIN came, behind all bytes that were added and read: kEnd where that ends an answer.
  Step finish();
  // Gives all that comes from now on as it is: the connection has another protocol.
  std::string take_rest() { return std::exchange(rest_, {}); }

  // The message whose head came last.
  [[nodiscard]] const WireMessage& message() const { return message_; }
  // A part of a message was read that is not whole.
  [[nodiscard]] bool in_message() const { return state_ != State::kStart || !rest_.empty(); }

 private:
  enum class State : std::uint8_t {
    kStart,
    kLength,
    kChunkSize,
    kChunk,
    kChunkEnd,
    kTrailers,
    kToClose,
    kBroken
  };

  Step read_head(bool to_head);
  bool parse_head(std::string_view head);
  bool choose_framing(bool to_head);
  bool take_body();
  bool take_line(std::string& line);
  Step read_body();
  Step break_off();

  Reads reads_;
  State state_ = State::kStart;
  std::string rest_;
  std::size_t left_ = 0;  // of a body or a chunk
  WireMessage message_;
};

}  // namespace weir::sim
