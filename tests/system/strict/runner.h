#pragma once

#include <map>
#include <string>
#include <vector>

#include "support/weir_process.h"
#include "system/strict/backend.h"
#include "system/strict/row.h"

namespace weir::strict {

// A weir of small limits between a client and a Backend, for the rows of the table.
class Runner {
 public:
  // `keepalive`: whether weir keeps connections to the backend.
  explicit Runner(bool keepalive);

  // Runs a row; `bytewise`: each byte of the client's goes alone. What was not as the row says, one
  // line each.
  std::vector<std::string> run(const Row& row, bool bytewise);
  // What weir counted otherwise than the rows run so far say.
  [[nodiscard]] std::vector<std::string> miscounted() const;

 private:
  bool keepalive_;
  Backend backend_;
  support::WeirProcess weir_;
  std::map<std::string, int> counted_;  // by reason
};

}  // namespace weir::strict
