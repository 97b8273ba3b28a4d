#include "http/trailer_rules.h"

#include <doctest/doctest.h>

namespace weir::http {

namespace {

bool is_forbidden(std::string_view name) {
  return is_forbidden_trailer({name, "x", name_of(name)});
}

}  // namespace

TEST_CASE("trailers cannot frame, route or control, nor say who asks") {
  for (const char* name : {"Content-Length",
                           "transfer-encoding",
                           "Host",
                           "Connection",
                           "TE",
                           "Trailer",
                           "Upgrade",
                           "Max-Forwards",
                           "Authorization",
                           "proxy-authorization",
                           "Cookie",
                           "Set-Cookie",
                           "WWW-Authenticate",
                           "Range",
                           "If-Match",
                           "if-none-match",
                           "Content-Type",
                           "content-encoding",
                           "Content-Range",
                           "Cache-Control",
                           "Expires",
                           "Location",
                           "X-Forwarded-For",
                           "x-forwarded-port",
                           "Forwarded",
                           "X-Real-IP",
                           "X-Request-ID"}) {
    CHECK_MESSAGE(is_forbidden(name), name);
  }
}

TEST_CASE("what is known at the end only is a trailer") {
  for (const char* name : {"ETag", "X-Sum", "Digest", "Content-Digest", "Repr-Digest",
                           "Server-Timing", "grpc-status", "If", "Iffy", "X-Forwarded"}) {
    CHECK_MESSAGE(!is_forbidden(name), name);
  }
}

TEST_CASE("trailers that Connection names end here, whatever became of the head's bytes") {
  base::Arena arena;
  Fields trailers;
  {
    base::Arena gone;
    Fields head;
    head.add(gone, "Connection", gone.copy("keep-alive, X-One"));
    head.add(gone, "X-Two", "2");
    head.add(gone, "connection", gone.copy("x-three"));
    Fields connection = kept_connection(head, arena);
    CHECK(connection.size() == 2);
    gone.reset();
    Fields all;
    for (const char* name : {"X-One", "X-Two", "X-Three", "Host"}) all.add(arena, name, "x");
    pass_trailers(all, connection, arena, trailers);
  }
  REQUIRE(trailers.size() == 1);
  CHECK(trailers.begin()->name == "X-Two");
}

}  // namespace weir::http
