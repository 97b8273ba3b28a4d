#include "net/write_request.h"

#include <doctest/doctest.h>
#include <uv.h>

#include <cstring>
#include <string>
#include <vector>

#include "net/handle.h"
#include "unit/net/live.h"

namespace weir::net {

namespace {

// A raw handle over a socket pair, so that requests are started without a stream's leave.
struct Wire {
  explicit Wire(Live& live) {
    Ends ends = connected(Family::kUnix, 1 << 20);
    far = std::move(ends.far);
    pipe.make(this, [&](uv_pipe_t* uv) { return uv_pipe_init(live.loop.uv(), uv, 0); });
    REQUIRE(uv_pipe_open(pipe.get(), ends.near.release()) == 0);
  }
  // Starts a request that belongs to no stream any more.
  int start(std::unique_ptr<WriteRequest> request) {
    request->stream = nullptr;
    return WriteRequest::start(std::move(request), pipe.as<uv_stream_t>());
  }

  Handle<uv_pipe_t, Wire> pipe;
  Descriptor far;
};

// The next read buffer of the loop, full of a pattern.
base::Bytes fill(Loop& loop, std::uint32_t seed) {
  std::string bytes = pattern(ReadBuffer::kSize, seed);
  std::memcpy(loop.read_buffer().bytes.data(), bytes.data(), bytes.size());
  return {loop.read_buffer().bytes.data(), bytes.size()};
}

}  // namespace

TEST_CASE("pieces are written in order, whether they were copied or kept in the read buffer") {
  Live live;
  Wire wire(live);
  SocketStream nobody_asks(live.loop, 1024);
  base::Bytes read = fill(live.loop, 5);
  std::string chunk = "2000\r\n";
  std::vector<base::Bytes> pieces;
  std::string expected;
  for (std::size_t i = 0; i < 7; ++i) {
    pieces.push_back(chunk);
    pieces.push_back(read.substr(i * 8192, 8192));
    pieces.push_back("\r\n");
    expected += chunk + std::string(pieces[pieces.size() - 2]) + "\r\n";
  }
  auto request = std::make_unique<WriteRequest>(live.loop, nobody_asks);
  request->add(pieces);
  CHECK(request->size() == expected.size());
  // No piece alone fills a quarter of the buffer; together they do, and its frames share a block.
  CHECK(request->capacity() == ReadBuffer::kSize + 4096);
  CHECK_FALSE(live.loop.owns(read));
  CHECK(fill(live.loop, 6).data() != read.data());
  chunk = "gone!!";
  CHECK(wire.start(std::move(request)) == 0);
  CHECK(read_exactly(wire.far, expected.size()) == expected);
  live.settle();
}

TEST_CASE("less than a quarter of the read buffer is copied, into blocks that fill up") {
  Live live;
  Wire wire(live);
  SocketStream nobody_asks(live.loop, 1024);
  base::Bytes read = fill(live.loop, 5);
  auto request = std::make_unique<WriteRequest>(live.loop, nobody_asks);
  std::string expected;
  for (std::size_t size : {std::size_t{3000}, std::size_t{1000}, std::size_t{200},
                           std::size_t{9000}, std::size_t{1}, std::size_t{16383}}) {
    request->add({read.substr(0, size)});
    expected += read.substr(0, size);
  }
  CHECK(live.loop.owns(read));
  CHECK(request->capacity() >= expected.size());
  CHECK(request->capacity() < expected.size() + 2 * 4096);
  CHECK(wire.start(std::move(request)) == 0);
  CHECK(read_exactly(wire.far, expected.size()) == expected);
  live.settle();
}

TEST_CASE("a request that libuv refuses is freed, and its read buffer comes back") {
  Live live;
  Wire wire(live);
  SocketStream nobody_asks(live.loop, 1024);
  base::Bytes read = fill(live.loop, 5);
  auto request = std::make_unique<WriteRequest>(live.loop, nobody_asks);
  request->add({read});
  uv_pipe_t unopened;
  REQUIRE(uv_pipe_init(live.loop.uv(), &unopened, 0) == 0);
  request->stream = nullptr;
  CHECK(WriteRequest::start(std::move(request), reinterpret_cast<uv_stream_t*>(&unopened)) != 0);
  CHECK(live.loop.read_buffer().bytes.data() == read.data());
  uv_close(reinterpret_cast<uv_handle_t*>(&unopened), nullptr);
  live.settle();
}

TEST_CASE("a success that comes after the handle was closed finds nobody, and frees the request") {
  Live live;
  Wire wire(live);
  SocketStream nobody_asks(live.loop, 1024);
  auto request = std::make_unique<WriteRequest>(live.loop, nobody_asks);
  request->add({"written at once"});
  CHECK(wire.start(std::move(request)) == 0);
  wire.pipe.close();
  std::string got;
  CHECK(read_to_end(wire.far, got) == 0);
  CHECK(got == "written at once");
  live.settle();
}

}  // namespace weir::net
