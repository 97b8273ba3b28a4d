#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "sim/proxy/ledger.h"
#include "support/seeds.h"

namespace weir::sim {

// What a storm is like; the same for its whole length.
struct Weather {
  bool calm = false;         // nobody fails: nothing may go wrong
  bool whole_reads = false;  // what one end sends at once, the other reads at once
  bool drips = false;        // some bodies of answers take very long
  bool drips_up = false;     // and some of requests
  bool resends = false;      // every request may be sent twice
};

inline constexpr std::size_t kSmallBody = 1'000;  // bytes that the route /small/ takes
inline constexpr unsigned kTriesMost = 3;         // that retry.attempts may say
inline constexpr std::size_t kDripMost = 2'000;   // bytes of a body that may come very slowly

// Writes the request number `number`, and what must become of it into `asked`. `last`: nothing
// behind it on its connection may be taken for a request.
std::string write_request(support::Dice& dice, std::size_t number, Asked& asked, bool& last);

// What a backend does behind the last byte that it sends of an answer.
enum class Ending : std::uint8_t { kStay, kFin, kReset, kStall, kStray };

// An answer as it is to be sent.
struct AnswerScript {
  std::string text;
  std::size_t head = 0;  // bytes up to the end of the final head
  std::size_t stop = 0;  // so much of it is sent; less than all: it is cut
  Ending ending = Ending::kStay;
  bool last = false;      // the connection must not be used again
  bool to_close = false;  // FIN is the end of its body
  bool tunnel = false;    // what follows is no HTTP
  bool drip = false;      // its body comes very slowly
  unsigned rest_for = 0;  // seconds that the connection is promised to stay; 0: nothing said
};

// Writes an answer, the number `number`, to the request told.asked, which is `asked`.
AnswerScript write_answer(support::Dice& dice, const Weather& weather, std::size_t number,
                          const Asked& asked, Told& told);

// What nobody asked for, sent behind an answer.
inline constexpr const char* kStrayAnswer =
    "HTTP/1.1 200 OK\r\nX-Stray: yes\r\nContent-Length: 6\r\n\r\nstolen";

}  // namespace weir::sim
