#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>

#include "base/bytes.h"

namespace weir::sim {

// Bodies say whose they are: `count` bytes at `from` of the endless text that belongs to `id`.
std::string bytes_of(std::uint64_t id, std::size_t from, std::size_t count);
// `bytes` are those at `from` of that text.
bool are_bytes_of(std::uint64_t id, std::size_t from, base::Bytes bytes);

// Whose a text is: the numbers of requests and answers are counted each from 0.
constexpr std::uint64_t of_request(std::size_t number) { return 4 * number; }
constexpr std::uint64_t of_answer(std::size_t number) { return 4 * number + 1; }
constexpr std::uint64_t of_tunnel_up(std::size_t request) { return 4 * request + 2; }
constexpr std::uint64_t of_tunnel_down(std::size_t request) { return 4 * request + 3; }

// What must become of a request.
enum class Fate : std::uint8_t {
  kProxied,  // a backend answers it
  kFixed,    // weir does: 200, "hello"
  kNowhere,  // 404
  kTooBig,   // 413
  kBad,      // refused at its head
  kBadBody,  // refused within its body, unless it was answered before
};

// A request that a client was to send, and what came of it.
struct Asked {
  Fate fate = Fate::kProxied;
  std::string method;
  std::string target;
  std::size_t body = 0;
  bool http10 = false;
  bool upgrade = false;
  bool idempotent = true;
  bool behind_end = false;  // the request before it on its connection was the last, or bad
  // What happened.
  bool begun = false;       // its first byte was sent
  bool followed = false;    // a later one was begun before its answer
  bool whole = false;       // its last one was
  bool answered = false;    // its client has a whole answer
  unsigned heads = 0;       // backends that read its head
  unsigned done = 0;        // backends that read it whole
  unsigned logged = 0;      // lines in the log
  unsigned status = 0;      // of the line
  bool told_right = false;  // the line knows of no failure
  // Of a tunnel, by way: what was sent into it, and that FIN was behind it.
  std::size_t up = 0;
  std::size_t down = 0;
  bool up_fin = false;
  bool down_fin = false;
};

// A close before all was read is an RST; an answer that ends by the close does not end then. Of a
// body the rest may be unread where the answer is early.
inline bool may_be_reset(const Asked& asked) {
  return asked.http10 && (asked.followed || asked.body != 0);
}
// Or a backend may have begun to answer before the request was refused: then the answer breaks off.
inline bool may_be_cut(const Asked& asked) {
  return asked.fate == Fate::kTooBig || asked.fate == Fate::kBadBody || may_be_reset(asked);
}

// An answer that a backend was to send, and what came of it.
struct Told {
  std::size_t asked = 0;  // the request that it is to
  unsigned status = 0;
  std::size_t body = 0;
  bool bad = false;    // no valid message: no client may have it whole
  bool whole = false;  // all of it was sent, with the FIN that it may need
};

// All requests and answers of a storm, by number.
struct Ledger {
  std::deque<Asked> asked;
  std::deque<Told> told;
};

}  // namespace weir::sim
