#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "row.h"

namespace weir::wire {

// One thing a parser said.
struct Event {
  std::string kind;                               // head, body, trailers, end, error, more
  std::string text;                               // body: its bytes; error: "STATUS reason"
  std::map<std::string, std::string> attributes;  // of a head
  std::vector<std::pair<std::string, std::string>> fields;  // of a head or trailers
};

enum class Side { kRequest, kResponse };

// Feeds the row's bytes to a parser, cut behind the positions `cuts`, each piece from memory that
// is gone afterwards; message after message while there are bytes. Body pieces are told as one.
std::vector<Event> run(const Row& row, Side side, const std::vector<std::size_t>& cuts);

// What differs between events and the row's expectation; empty where nothing does.
std::string difference(const Row& row, const std::vector<Event>& events);

// What events say, for people and for comparison.
std::string show(const std::vector<Event>& events);

// Runs a whole table: every row whole, byte by byte, and cut in two at every position. Rows must
// number `at_least`.
void check_table(std::string_view name, Side side, std::size_t at_least);

}  // namespace weir::wire
