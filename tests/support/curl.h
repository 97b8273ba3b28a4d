#pragma once

#include <string>
#include <vector>

#include "support/message.h"

namespace weir::support {

// What a run of curl brought.
struct CurlResult {
  int exit = 0;  // curl's exit status: 0 well, 18 cut short, 52 no answer, 56 reset ...
  std::vector<Message> heads;  // each head that came, 1xx and redirects too; without bodies
  std::string body;            // of the last
  std::string error;           // what curl said on standard error

  // Of the last head; 0 and empty where none came.
  [[nodiscard]] int status() const { return heads.empty() ? 0 : heads.back().status(); }
  [[nodiscard]] std::string field(std::string_view name) const {
    return heads.empty() ? std::string() : heads.back().fields.value(name);
  }
};

// Runs curl with these arguments beside --silent --show-error; proxies of the environment are not
// used. Throws when it does not end within `patience`.
CurlResult curl(const std::vector<std::string>& arguments, Milliseconds patience = kPatience);

}  // namespace weir::support
