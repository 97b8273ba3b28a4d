#include "net/stream_error.h"

#include <doctest/doctest.h>
#include <uv.h>

#include <initializer_list>

namespace weir::net {

TEST_CASE("a peer that nobody is behind, or that there is no way to, has refused") {
  for (int status : {UV_ECONNREFUSED, UV_ENETUNREACH, UV_EHOSTUNREACH, UV_ENOENT}) {
    CHECK(connect_error(status) == StreamError::kRefused);
  }
  CHECK(connect_error(UV_EACCES) == StreamError::kConnect);
  CHECK(connect_error(UV_EINVAL) == StreamError::kConnect);
}

TEST_CASE("what fails for want of our own is told from what the peer does") {
  CHECK(connect_error(UV_EMFILE) == StreamError::kNoDescriptors);
  CHECK(connect_error(UV_ENFILE) == StreamError::kNoDescriptors);
  CHECK(connect_error(UV_EADDRNOTAVAIL) == StreamError::kNoPorts);
  CHECK(connect_error(UV_ENOBUFS) == StreamError::kNoMemory);
  CHECK(connect_error(UV_ENOMEM) == StreamError::kNoMemory);
  for (auto error : {StreamError::kNoDescriptors, StreamError::kNoPorts, StreamError::kNoMemory}) {
    CHECK(is_local(error));
  }
  for (auto error :
       {StreamError::kRefused, StreamError::kConnect, StreamError::kReset, StreamError::kOther}) {
    CHECK(!is_local(error));
  }
}

}  // namespace weir::net
