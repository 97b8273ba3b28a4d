#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/reference.h"
#include "http/h1_parser.h"

// What weir's parser makes of bytes, in the reference's terms.
namespace weir::fuzz {

enum class Outcome : std::uint8_t {
  kWhole,
  kMore,  // the bytes end within it
  kCut,   // the same, and so was told of the connection's end
  kRefused,
};

struct Told {
  Message message;  // without verdict, why and trailers
  Outcome outcome = Outcome::kMore;
  std::string reason;    // of a refusal
  std::string sent;      // requests: what a backend would get: the head that weir writes, the body
  FieldList let_go;      // trailers that go on
  bool interim = false;  // a head that another one follows
};

// How the bytes of an input are given to the parser, as the sockets would: whole, one by one, or
// with gaps of so many bytes between two cuts, over and over.
using Gaps = std::vector<std::size_t>;

// Feeds the bytes as server::H1Session and H1Exchange do: messages one after the other, none behind
// one whose sender closes or that is refused. Each piece lies in memory of its own, which is gone
// when the next one comes. `parser` may have been used before.
std::vector<Told> tell_requests(http::H1Parser& parser, std::string_view bytes,
                                const http::HeadLimits& limits, const Gaps& gaps);

// The same as upstream::Connection does, for the answer to one request.
std::vector<Told> tell_answer(http::H1Parser& parser, std::string_view bytes,
                              const http::HeadLimits& limits, const Asked& asked, const Gaps& gaps);

}  // namespace weir::fuzz
