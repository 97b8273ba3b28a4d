#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weir::strict {

// Something that must hold of a message.
struct Check {
  enum class Kind : std::uint8_t { kHas, kLacks, kBody, kTrailer, kUntrailed, kInterim };
  Kind kind;
  std::string name;
  std::string value;
};

// A request that the backend must have seen, or an answer that must have come back.
struct Expected {
  std::string what;  // "GET /a", or "400"
  std::vector<Check> checks;
};

// How a side ends the connection behind what it sends.
enum class Ending : std::uint8_t { kNone, kFin, kReset };

// One row of the table; README.md describes the format.
struct Row {
  // What the backend sees.
  enum class Sight : std::uint8_t { kAnything, kNothing, kNoWhole, kRequests };
  // What follows the answers.
  enum class After : std::uint8_t { kOpen, kClosed, kCut, kNone };

  std::string place;  // FILE:LINE
  std::string promise;
  std::string rule;
  std::string sent;    // a plain GET where the row has none
  std::string answer;  // a plain 200 where the row has none
  bool has_sent = false;
  bool has_answer = false;
  std::vector<std::string> forbidden;
  Ending client = Ending::kNone;
  Ending origin = Ending::kNone;
  bool twice = false;
  Sight sight = Sight::kAnything;
  std::vector<Expected> requests;
  std::size_t connections = 0;  // that the requests came over; 0: any
  std::vector<Expected> answers;
  After after = After::kOpen;
  std::vector<std::string> reasons;  // that weir counts
};

// Reads a table of this folder. Throws where it is malformed.
std::vector<Row> read_table(std::string_view name);

}  // namespace weir::strict
