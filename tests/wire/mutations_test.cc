#include <doctest/doctest.h>

#include <random>

#include "support/escapes.h"
#include "transcript.h"

using weir::wire::Row;
using weir::wire::Side;

namespace {

// Bytes that mean something somewhere are tried more often than others.
void mutate(std::string& bytes, std::mt19937& random) {
  constexpr std::string_view kTelling{"\r\n\r\n \t:;,0a5/?#%.\0\x7f\xff", 20};
  for (auto n = 1 + random() % 3; n > 0 && !bytes.empty(); --n) {
    std::size_t at = random() % bytes.size();
    char c = random() % 4 != 0 ? kTelling[random() % kTelling.size()] : static_cast<char>(random());
    switch (random() % 4) {
      case 0:
        bytes[at] = c;
        break;
      case 1:
        bytes.insert(at, 1, c);
        break;
      case 2:
        bytes.erase(at, 1 + random() % 3);
        break;
      default:
        bytes.insert(at, bytes.substr(random() % bytes.size(), random() % 12));
    }
  }
}

void storm(std::string_view table, Side side) {
  std::mt19937 random(20261124);
  for (Row row : weir::wire::read_table(table)) {
    if (row.bytes.size() > 400) continue;
    std::string original = row.bytes;
    for (int round = 0; round < 100; ++round) {
      row.bytes = original;
      mutate(row.bytes, random);
      std::vector<std::size_t> each;
      for (std::size_t i = 1; i < row.bytes.size(); ++i) each.push_back(i);
      std::string whole = weir::wire::show(weir::wire::run(row, side, {}));
      std::string bytewise = weir::wire::show(weir::wire::run(row, side, each));
      REQUIRE_MESSAGE(whole == bytewise, weir::support::escape(row.bytes), whole,
                      "\n  byte by byte:", bytewise);
    }
  }
}

}  // namespace

TEST_CASE("mutated requests mean the same whole and byte by byte") {
  storm("requests.txt", Side::kRequest);
}

TEST_CASE("mutated responses mean the same whole and byte by byte") {
  storm("responses.txt", Side::kResponse);
}
