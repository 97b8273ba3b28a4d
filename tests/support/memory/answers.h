#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "http/method.h"

namespace weir::memory {

// An answer as a client reads it.
struct Answer {
  unsigned status = 0;
  std::vector<std::pair<std::string, std::string>> fields;
  std::string body;
  std::string trailers;   // "name=value;" each
  bool whole = false;     // read to its end
  bool to_close = false;  // its body is what comes until the connection is closed

  // The value of the first field of this name, in any case; "(none)" where there is none.
  [[nodiscard]] std::string field(std::string_view name) const;
};

// All answers in these bytes, read by the strict parser: interim ones have an entry of their own.
// `method`: of all requests. `ended`: the connection was closed behind the bytes. What is malformed
// fails the caller's test by an answer of status 0.
std::vector<Answer> read_answers(base::Bytes bytes, http::Method method = http::Method::kGet,
                                 bool ended = false);

}  // namespace weir::memory
