#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "system/strict/runner.h"

namespace weir::strict {

namespace {

// Longer ones are sent in one piece only.
constexpr std::size_t kBytewiseMost = 600;

void check(const Row& row, const std::vector<std::string>& problems) {
  std::string all;
  for (const std::string& problem : problems) all += "\n    " + problem;
  CHECK_MESSAGE(problems.empty(), row.place, ": ", row.promise, all);
}

// Runs the rows of a table; each byte by byte, too, where `bytewise`.
void run(const std::vector<Row>& rows, bool bytewise) {
  Runner fresh(false);
  Runner kept(true);
  for (const Row& row : rows) {
    Runner& runner = row.twice ? kept : fresh;
    check(row, runner.run(row, false));
    if (bytewise && row.sent.size() <= kBytewiseMost) check(row, runner.run(row, true));
  }
  for (const Runner* runner : {&fresh, &kept}) {
    for (const std::string& problem : runner->miscounted()) FAIL_CHECK(problem);
  }
}

}  // namespace

TEST_CASE("requests at the edge of HTTP go through or are refused as the table says") {
  run(read_table("requests.txt"), true);
}

TEST_CASE("answers at the edge of HTTP go through, become a 502 or are cut as the table says") {
  run(read_table("responses.txt"), false);
}

}  // namespace weir::strict
