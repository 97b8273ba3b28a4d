#pragma once

#include <string>

#include "support/memory/front.h"
#include "support/memory/scripted_handler.h"

namespace weir::server {

// A service in memory whose one route, for everything under "/s/", is answered by the test.
struct Stage {
  Stage() { front.add_route({"script", {}, "/s/", {}}, script); }

  // Has every exchange answered at its beginning, or when it is whole, with this text.
  void answer_at_once(std::string text) {
    script.at_begin = [text](http::Request& request, http::Responder& to) {
      memory::answer_text(request, to, text);
    };
  }
  void answer_when_whole(std::string text) {
    script.at_body_end = [text](http::Request& request, http::Responder& to) {
      memory::answer_text(request, to, text);
    };
  }
  // Says something to the responder of the exchange taken last, and lets everything happen.
  template <class Act>
  void respond(Act act) {
    time.in_turn([&] { act(script.responder()); });
    network.run();
  }
  // A copy that lives until the turn ends, for bodies.
  base::Bytes bytes(const std::string& text) { return time.turns().scratch().copy(text); }
  void pass(std::int64_t ms) {
    time.advance(base::Duration(ms));
    network.run();
  }

  memory::ManualTime time;
  memory::MemoryNetwork network{time.turns()};
  memory::ScriptedHandler script;
  memory::Front front{time, network};
};

// A head that a handler gives.
inline http::ResponseHead head_of(unsigned status, http::Framing framing,
                                  std::uint64_t length = 0) {
  http::ResponseHead head;
  head.status = status;
  head.framing = framing;
  head.content_length = length;
  return head;
}

inline const std::string kGet = "GET /s/ HTTP/1.1\r\nHost: a\r\n\r\n";

}  // namespace weir::server
