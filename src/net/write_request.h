#pragma once

#include <uv.h>

#include <cstddef>
#include <memory>
#include <vector>

#include "base/bytes.h"
#include "net/loop.h"
#include "net/read_buffer.h"

namespace weir::net {

class SocketStream;

// Bytes on their way to the kernel, with the memory they lie in. While libuv has it, it owns
// itself; the stream may die meanwhile and is cut off by `stream` being null. One thread.
class WriteRequest {
 public:
  WriteRequest(Loop& loop, SocketStream& owner) : stream(&owner), loop_(loop) {
    request_.data = this;
  }
  ~WriteRequest();
  WriteRequest(const WriteRequest&) = delete;
  WriteRequest& operator=(const WriteRequest&) = delete;

  // Takes over `bytes`: adopts the loop's read buffer where they fill a good part of it, else
  // copies.
  void add(base::Bytes bytes);
  // Memory held, in bytes.
  [[nodiscard]] std::size_t capacity() const { return capacity_; }
  [[nodiscard]] std::size_t size() const { return size_; }

  // Hands the request to libuv, which calls the stream's write_done. 0, or a libuv error; then the
  // request is freed.
  static int start(std::unique_ptr<WriteRequest> request, uv_stream_t* to);

  SocketStream* stream;  // null: cut

 private:
  struct Chunk {
    std::unique_ptr<char[]> copied;  // one of the two holds the bytes
    ReadBufferPtr adopted;
    const char* begin = nullptr;
    std::size_t size = 0;
    std::size_t room = 0;  // free behind the bytes, where copied
  };
  static void on_written(uv_write_t* request, int status) noexcept;

  Loop& loop_;
  uv_write_t request_{};
  std::vector<Chunk> chunks_;
  std::vector<uv_buf_t> buffers_;
  std::size_t capacity_ = 0;
  std::size_t size_ = 0;
};

}  // namespace weir::net
