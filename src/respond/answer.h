#pragma once

#include <string_view>

#include "http/handler.h"

namespace weir::respond {

// A whole answer that is known when the request is taken up.
struct Answer {
  unsigned status = 200;
  http::Fields fields;    // without framing; entries and texts live as long as the exchange's arena
  std::string_view body;  // lives as long as the handler, or as the exchange's arena
};

// A work that gives `answer` at begin(), without waiting for the request's body, which it drops:
// the session deals with what is not read. It lives in the exchange's arena and takes nothing from
// the heap.
http::WorkPtr give(const Answer& answer, http::Request& request, http::Responder& responder);

}  // namespace weir::respond
